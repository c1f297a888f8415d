"""What people at an ambulance station talk about: calls, patients, beds, crews. No input or output here."""
