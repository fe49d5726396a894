"""The demonstration: made-up applications, people, devices and days, brought about by the real path."""
