"""The four sheets of a service: what is on them, as pages that print and as a PDF."""
