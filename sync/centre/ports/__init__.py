"""What is asked of other systems of the province and answered by them, each behind the same interface."""
