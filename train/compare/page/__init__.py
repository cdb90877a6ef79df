"""Write the page of a comparison: tables, statistics, figures."""
