{{ config(type='aggregate', alias='mean', group='finance', post_hook="select {{ function('shout') }}('a', '')") }}
sum(x * w) / sum(w)
