"""Doctor: what a night needs of this computer and its sensor, looked at one by one."""
