"""The only code that reaches outside: raw pages in, never a judgement. `table` lists the systems."""
