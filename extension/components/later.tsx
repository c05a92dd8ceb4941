import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A screen whose code is loaded when it is first wanted: the first one stays small. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let known: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [Screen, setScreen] = useState(() => known);
    useEffect(() => {
      if (Screen) return;
      void load().then((loaded) => {
        known = loaded;
        setScreen(() => loaded);
      });
    }, []);
    return Screen ? <Screen {...props} /> : <main class="body" aria-busy="true" />;
  };
}
