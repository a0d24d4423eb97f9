"""Tests of controls: pure functions of frames. `table` lists them."""
