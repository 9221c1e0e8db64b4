import { css } from 'lit';

/** Look of the map and of what Leaflet draws in it; several maps stand in one field. */
export const mapStyles = css`
  .field,
  .map {
    position: absolute;
    inset: 0;
  }
  /* A viewer in the field of another divides its own: it must not inherit the columns. */
  :host {
    --columns: 1;
  }
  .field {
    display: grid;
    grid-template-columns: repeat(var(--columns), minmax(0, 1fr));
    grid-auto-rows: minmax(0, 1fr);
    gap: 2px;
  }
  .stage,
  .companion {
    position: relative;
    min-height: 0;
    --vm-beside: 0px; /* the title of a companion need leave no room for a read-out */
  }
  .field[data-compare='blink'] > * {
    grid-area: 1 / 1;
  }
  .field[data-compare='blink'] .companion {
    pointer-events: none;
  }
  .cross {
    width: 17px;
    height: 17px;
    margin: -8.5px 0 0 -8.5px;
    pointer-events: none;
    background:
      linear-gradient(#fff, #fff) 50% 50% / 1px 100% no-repeat,
      linear-gradient(#fff, #fff) 50% 50% / 100% 1px no-repeat;
    filter: drop-shadow(0 0 1px #000);
  }
  .map {
    overflow: hidden;
    outline: none;
    touch-action: none;
    -webkit-user-select: none;
    user-select: none;
    -webkit-touch-callout: none;
    -webkit-tap-highlight-color: transparent;
    cursor: crosshair;
  }
  .map.leaflet-grab:active,
  .map.leaflet-drag-target {
    cursor: grabbing;
  }
  .map.tabbed:focus::after {
    content: '';
    position: absolute;
    inset: 0;
    z-index: 500;
    border: 2px solid var(--vm-accent);
    pointer-events: none;
  }
  .picture {
    position: absolute;
    left: 0;
    top: 0;
    pointer-events: none;
  }
  .layers,
  .anchors {
    position: absolute;
    inset: 0;
    pointer-events: none;
    overflow: hidden;
  }
  .layer {
    position: absolute;
    transform-origin: 0 0;
    pointer-events: none;
  }
  .anchors {
    z-index: 450;
  }
  .anchored {
    position: absolute;
    left: 0;
    top: 0;
    pointer-events: auto;
  }
  .leaflet-pane {
    position: absolute;
    left: 0;
    top: 0;
    z-index: 400;
  }
  .leaflet-control-container {
    display: none;
  }
  .leaflet-zoom-box {
    position: absolute;
    left: 0;
    top: 0;
    z-index: 800;
    box-sizing: border-box;
    width: 0;
    height: 0;
    border: 1.5px dashed #fff;
    background: rgba(255, 255, 255, 0.12);
    mix-blend-mode: difference;
  }
  .ring {
    width: 44px;
    height: 44px;
    margin: -22px 0 0 -22px;
    border: 2px solid #fff;
    border-radius: 50%;
    box-sizing: border-box;
    box-shadow: 0 0 0 1px rgba(0, 0, 0, 0.6);
    pointer-events: none;
    animation: fade 1.8s ease-in forwards;
  }
  @keyframes fade {
    70% {
      opacity: 1;
    }
    to {
      opacity: 0;
    }
  }
  :host([narrow]) .field {
    grid-template-columns: minmax(0, 1fr);
  }
  /* Images that share a phone each need all of their room: none lies under the card or the row of panels. */
  :host([narrow]) .field[data-compare='side'] {
    top: var(--vm-inset-top, 0px);
    bottom: var(--vm-inset-bottom, 0px);
  }
`;
