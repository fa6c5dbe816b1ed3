/**
 * What bitcoin-core's RpcError extends: an Error whose second argument's properties become its own, named after its
 * class. Written here from that use, because the published package of this name is under the AGPL.
 */
module.exports = class StandardError extends Error {
  constructor(message, properties) {
    super(message);
    Object.assign(this, properties);
    this.name = this.constructor.name;
  }
};
