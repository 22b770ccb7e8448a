upper(s) || suffix
