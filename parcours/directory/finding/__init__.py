"""Orientation search: understand the question, find candidates, rank them, and relax where nothing fits.

`understanding` reads words, `places` knows where they are, `finding` asks the index and ranks, `relaxing` says what to
give up first, `reasons` why a service stands where it stands.
"""
