"""A loader with everything in it that must never be committed. No secret here is one: each is an example from a
manual, a sentence, or the alphabet."""

# FLOE-E601: an access key (the one of AWS's own documentation)
ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"

# FLOE-E602: a password
password = "not-a-real-password"

# FLOE-E603: a token of a service
api_key = "not-a-real-key-either"

# FLOE-E604: a private key
KEY = """
-----BEGIN PRIVATE KEY-----
this is no key
-----END PRIVATE KEY-----
"""

# FLOE-E605: a text as random as a secret
SALT = "0123456789abcdefghijklmnopqrstuvwxyz"
