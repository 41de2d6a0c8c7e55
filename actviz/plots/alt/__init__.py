"""Alt texts: what each figure shows and what to see in it, with the numbers of its run; a function a figure.

Each takes what the figure was drawn of, the language, and the figure's own options. Nothing is computed here that the
figure does not show: values are read off the dataset, medians over the seeds.
"""
