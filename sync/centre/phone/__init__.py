"""The province's public page for phones: what a receipt proves, how it stands, what is missing, where to complain.

The province serves it under https; the certificate is its proxy's. Over plain HTTP nothing personal is shown.
"""
