"""What the clients send and understand, against stored vendor payloads and the simulators."""
