"""Overviews of one plane: which level, which window, where they are kept.

``grid`` is arithmetic; ``levels`` answers every level of a plane; ``preview`` stands in until exact overviews exist;
``build``, ``strips`` and ``builder`` make them; ``store``, ``journal`` and ``cache`` keep them on disk;
``statistics`` tells display limits from a sample.
"""
