{% set q %}select {{ 1 + 1 }} as id{% endset %}{{ q | upper }}
