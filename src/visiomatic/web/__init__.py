"""HTTP: text to frozen values, one call into the rooms below, bytes and headers back."""
