{{
  config(
    unique_key='id',
    contract={'enforced': False, 'alias_types': False},
    packages=[],
    freshness={'build_after': {'count': 1, 'period': 'day'}},
    database='gen'
  )
}}


select * from {{ source('src','t1') }}