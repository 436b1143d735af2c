"""Tests of reveals: the gateway and the incidents service together, over NATS."""
