"""Counterparts of video providers: real HTTP on loopback, written from their documents.

They check what they get by hashlib, hmac and base64, and import nothing of `workshops.conferencing`: two
mistakes that agree are still two mistakes.
"""
