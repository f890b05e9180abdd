"""Why a drawing is read as it is: which ink speaks for a digit, and what would make it another."""
