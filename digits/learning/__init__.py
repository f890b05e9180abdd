"""What a network is trained on besides the original data: augmented digits, other hands,
constructed digits, and non-digits."""
