import { mark } from '../base/i18n';
import type { PanelDefinition, PanelElement } from '../core/viewer';
import type { IconName } from '../ui/icons';

/** A panel as the rail shows it. `last` stands apart at the end of the rail. */
export interface RailPanel extends PanelDefinition {
  readonly icon: IconName;
  readonly last?: boolean;
}

/** The element of a panel, once its chunk has arrived and registered it. */
const make = (tag: string): PanelElement => document.createElement(tag) as PanelElement;

/** All panels in the order of the rail. Each is a chunk of its own, fetched when it is opened for the first time. */
export const panels: readonly RailPanel[] = [
  {
    id: 'display',
    title: mark('Display'),
    icon: 'sliders',
    key: 'd',
    load: () => import('./display-panel').then(() => make('vm-display-panel')),
  },
  {
    id: 'library',
    title: mark('Library'),
    icon: 'library',
    key: 'o',
    load: () => import('./library').then(() => make('vm-library-panel')),
  },
  {
    id: 'info',
    title: mark('Image information'),
    icon: 'info',
    key: 'i',
    load: () => import('./info').then(() => make('vm-info-panel')),
  },
  {
    id: 'header',
    title: mark('Header'),
    icon: 'fileText',
    key: 't',
    load: () => import('./header').then(() => make('vm-header-panel')),
  },
  {
    id: 'overlays',
    title: mark('Catalogues and regions'),
    icon: 'layers',
    key: 'r',
    load: () => import('./overlays').then(() => make('vm-overlays-panel')),
  },
  {
    id: 'plots',
    title: mark('Profiles and spectra'),
    icon: 'chartSpline',
    key: 'p',
    load: () => import('./plots').then(() => make('vm-plots-panel')),
  },
  {
    id: 'snapshot',
    title: mark('Save and share'),
    icon: 'camera',
    key: 's',
    load: () => import('./snapshot').then(() => make('vm-snapshot-panel')),
  },
  {
    id: 'preferences',
    title: mark('Preferences'),
    icon: 'settings',
    key: ',',
    last: true,
    load: () => import('./preferences').then(() => make('vm-preferences-panel')),
  },
  {
    id: 'help',
    title: mark('Help and shortcuts'),
    icon: 'help',
    key: '?',
    last: true,
    load: () => import('./help').then(() => make('vm-help-panel')),
  },
];
