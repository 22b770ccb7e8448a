select 'żółć ✓' as id -- naïve
