# A phone number in international form, as the ITU's recommendation E.164 writes it.
E164 = r"^\+[1-9][0-9]{6,14}$"
