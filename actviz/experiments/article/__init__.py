"""The teaching article as an experiment: its claims, the measurements that decide them, and its drawings."""
