{{ function('other') }}(w, h) * d
