"""The page that a comparison writes: tables, statistics, figures."""
