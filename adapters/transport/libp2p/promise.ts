/**
 * libp2p 3 calls `Promise.withResolvers`, which Node has from version 22 on. Imported before anything of libp2p.
 */
if (!('withResolvers' in Promise))
  Object.defineProperty(Promise, 'withResolvers', {
    configurable: true,
    writable: true,
    value: function withResolvers<T>(this: PromiseConstructor) {
      let resolve: ((value: T | PromiseLike<T>) => void) | undefined;
      let reject: ((reason?: unknown) => void) | undefined;
      // biome-ignore lint/complexity/useArrowFunction: subclasses of Promise are `this` here, as in the standard
      const promise = new this<T>(function (yes, no) {
        resolve = yes;
        reject = no;
      });
      return { promise, resolve, reject };
    },
  });
