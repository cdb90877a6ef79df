"""From a bundle to an image for a microcontroller; the C lies beside these modules."""
