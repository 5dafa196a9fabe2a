"""The pure parts of the vendor clients."""
