select 'é—日本' as "naïve", {{ "'ß'" | upper }} as u
