# A phone number in international form, as the ITU's recommendation E.164 writes it.
E164 = r"^\+[1-9][0-9]{6,14}$"

# Where the addresses of erased accounts are: a domain that never exists (RFC 2606).
ERASED = "erased.invalid"
