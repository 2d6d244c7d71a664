"""Finding needs: French made comparable, one index on either database, and what resembles what."""
