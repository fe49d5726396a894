"""Is this machine well: one list of checks, and what each looks at."""
