"""How probable a reading of a payment is: features, weights learnt from labelled payments."""
