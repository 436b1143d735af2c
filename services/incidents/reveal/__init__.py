"""What the service reveals of what it sealed: to the gateway alone, which has asked the policy."""
