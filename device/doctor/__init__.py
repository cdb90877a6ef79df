"""Doctor: check, one by one, what a night needs of this computer and its sensor."""
