"""The training service: who may serve at a school, who is trained, who is assigned where, and what is due."""
