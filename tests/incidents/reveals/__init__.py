"""Tests of what the incidents service reveals of what it sealed."""
