"""Property tests: what holds for every input, each test named by the requirement it proves."""
