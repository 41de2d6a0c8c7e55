"""The live page: a loopback server whose pictures follow while a slider moves."""
