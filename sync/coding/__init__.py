"""The dense coding of events: what both ends know of the answers beforehand isn't sent.

A published codebook says how often each value, form and letter comes in each column of the bodies; a range coder turns
what remains unknown into bytes. The codebook is trained from generated answers only and known by its digest.
"""
