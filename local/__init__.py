"""The stack on one machine: emulator, deployment, demo. Nothing here is part of what runs in AWS."""
