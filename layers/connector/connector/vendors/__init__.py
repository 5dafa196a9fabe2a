"""The two vendors' APIs: clients, models, and what their answers mean."""
