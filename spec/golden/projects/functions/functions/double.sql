{{ config(volatility='deterministic') }}

x * {{ var('factor') - 1 }}
