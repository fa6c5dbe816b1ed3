"use strict";
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __commonJS = (cb, mod) => function __require() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));

// <define:ORCAPOOL_PINS>
var define_ORCAPOOL_PINS_default;
var init_define_ORCAPOOL_PINS = __esm({
  "<define:ORCAPOOL_PINS>"() {
    define_ORCAPOOL_PINS_default = {
      reserveEpochs: [
        {
          epoch: 0,
          script: "5120a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c",
          firstRound: 0,
          lastRound: 9007199254740991
        }
      ],
      lineage: [],
      image: "localhost/orcapool:0.1.0",
      orcaUrl: "ws://127.0.0.1:3003",
      storage: {
        taskId: "BWfeCA4gyVKpmKGpq6MDHir16p7i2Er1e8XEHQj7z7zm",
        nodes: ["https://ipfs-gateway.koii.live", "https://tasknet.koii.live", "https://tasknet-2.koii.live"]
      }
    };
  }
});

// ../../../tmp/orca-nm/node_modules/xmlhttprequest-ssl/lib/XMLHttpRequest.js
var require_XMLHttpRequest = __commonJS({
  "../../../tmp/orca-nm/node_modules/xmlhttprequest-ssl/lib/XMLHttpRequest.js"(exports2, module2) {
    init_define_ORCAPOOL_PINS();
    var fs = require("fs");
    var Url = require("url");
    var spawn = require("child_process").spawn;
    module2.exports = XMLHttpRequest3;
    XMLHttpRequest3.XMLHttpRequest = XMLHttpRequest3;
    function XMLHttpRequest3(opts) {
      "use strict";
      opts = opts || {};
      var self = this;
      var http = require("http");
      var https = require("https");
      var request;
      var response;
      var settings = {};
      var disableHeaderCheck = false;
      var defaultHeaders = {
        "User-Agent": "node-XMLHttpRequest",
        "Accept": "*/*"
      };
      var headers = Object.assign({}, defaultHeaders);
      var forbiddenRequestHeaders = [
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "content-transfer-encoding",
        "cookie",
        "cookie2",
        "date",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via"
      ];
      var forbiddenRequestMethods = [
        "TRACE",
        "TRACK",
        "CONNECT"
      ];
      var sendFlag = false;
      var errorFlag = false;
      var abortedFlag = false;
      var listeners = {};
      this.UNSENT = 0;
      this.OPENED = 1;
      this.HEADERS_RECEIVED = 2;
      this.LOADING = 3;
      this.DONE = 4;
      this.readyState = this.UNSENT;
      this.onreadystatechange = null;
      this.responseText = "";
      this.responseXML = "";
      this.response = Buffer.alloc(0);
      this.status = null;
      this.statusText = null;
      var isAllowedHttpHeader = function(header2) {
        return disableHeaderCheck || header2 && forbiddenRequestHeaders.indexOf(header2.toLowerCase()) === -1;
      };
      var isAllowedHttpMethod = function(method) {
        return method && forbiddenRequestMethods.indexOf(method) === -1;
      };
      this.open = function(method, url2, async, user, password) {
        this.abort();
        errorFlag = false;
        abortedFlag = false;
        if (!isAllowedHttpMethod(method)) {
          throw new Error("SecurityError: Request method not allowed");
        }
        settings = {
          "method": method,
          "url": url2.toString(),
          "async": typeof async !== "boolean" ? true : async,
          "user": user || null,
          "password": password || null
        };
        setState(this.OPENED);
      };
      this.setDisableHeaderCheck = function(state3) {
        disableHeaderCheck = state3;
      };
      this.setRequestHeader = function(header2, value2) {
        if (this.readyState != this.OPENED) {
          throw new Error("INVALID_STATE_ERR: setRequestHeader can only be called when state is OPEN");
        }
        if (!isAllowedHttpHeader(header2)) {
          console.warn('Refused to set unsafe header "' + header2 + '"');
          return false;
        }
        if (sendFlag) {
          throw new Error("INVALID_STATE_ERR: send flag is true");
        }
        headers[header2] = value2;
        return true;
      };
      this.getResponseHeader = function(header2) {
        if (typeof header2 === "string" && this.readyState > this.OPENED && response.headers[header2.toLowerCase()] && !errorFlag) {
          return response.headers[header2.toLowerCase()];
        }
        return null;
      };
      this.getAllResponseHeaders = function() {
        if (this.readyState < this.HEADERS_RECEIVED || errorFlag) {
          return "";
        }
        var result = "";
        for (var i in response.headers) {
          if (i !== "set-cookie" && i !== "set-cookie2") {
            result += i + ": " + response.headers[i] + "\r\n";
          }
        }
        return result.substr(0, result.length - 2);
      };
      this.getRequestHeader = function(name) {
        if (typeof name === "string" && headers[name]) {
          return headers[name];
        }
        return "";
      };
      this.send = function(data) {
        if (this.readyState != this.OPENED) {
          throw new Error("INVALID_STATE_ERR: connection must be opened before send() is called");
        }
        if (sendFlag) {
          throw new Error("INVALID_STATE_ERR: send has already been called");
        }
        var ssl = false, local = false;
        var url2 = Url.parse(settings.url);
        var host;
        switch (url2.protocol) {
          case "https:":
            ssl = true;
          // SSL & non-SSL both need host, no break here.
          case "http:":
            host = url2.hostname;
            break;
          case "file:":
            local = true;
            break;
          case void 0:
          case "":
            host = "localhost";
            break;
          default:
            throw new Error("Protocol not supported.");
        }
        if (local) {
          if (settings.method !== "GET") {
            throw new Error("XMLHttpRequest: Only GET method is supported");
          }
          if (settings.async) {
            fs.readFile(unescape(url2.pathname), function(error, data2) {
              if (error) {
                self.handleError(error, error.errno || -1);
              } else {
                self.status = 200;
                self.responseText = data2.toString("utf8");
                self.response = data2;
                setState(self.DONE);
              }
            });
          } else {
            try {
              this.response = fs.readFileSync(unescape(url2.pathname));
              this.responseText = this.response.toString("utf8");
              this.status = 200;
              setState(self.DONE);
            } catch (e) {
              this.handleError(e, e.errno || -1);
            }
          }
          return;
        }
        var port = url2.port || (ssl ? 443 : 80);
        var uri = url2.pathname + (url2.search ? url2.search : "");
        headers["Host"] = host;
        if (!(ssl && port === 443 || port === 80)) {
          headers["Host"] += ":" + url2.port;
        }
        if (settings.user) {
          if (typeof settings.password == "undefined") {
            settings.password = "";
          }
          var authBuf = new Buffer(settings.user + ":" + settings.password);
          headers["Authorization"] = "Basic " + authBuf.toString("base64");
        }
        if (settings.method === "GET" || settings.method === "HEAD") {
          data = null;
        } else if (data) {
          headers["Content-Length"] = Buffer.isBuffer(data) ? data.length : Buffer.byteLength(data);
          var headersKeys = Object.keys(headers);
          if (!headersKeys.some(function(h) {
            return h.toLowerCase() === "content-type";
          })) {
            headers["Content-Type"] = "text/plain;charset=UTF-8";
          }
        } else if (settings.method === "POST") {
          headers["Content-Length"] = 0;
        }
        var agent = opts.agent || false;
        var options = {
          host,
          port,
          path: uri,
          method: settings.method,
          headers,
          agent
        };
        if (ssl) {
          options.pfx = opts.pfx;
          options.key = opts.key;
          options.passphrase = opts.passphrase;
          options.cert = opts.cert;
          options.ca = opts.ca;
          options.ciphers = opts.ciphers;
          options.rejectUnauthorized = opts.rejectUnauthorized === false ? false : true;
        }
        errorFlag = false;
        if (settings.async) {
          var doRequest = ssl ? https.request : http.request;
          sendFlag = true;
          self.dispatchEvent("readystatechange");
          var responseHandler = function(resp2) {
            response = resp2;
            if (response.statusCode === 302 || response.statusCode === 303 || response.statusCode === 307) {
              settings.url = response.headers.location;
              var url3 = Url.parse(settings.url);
              host = url3.hostname;
              var newOptions = {
                hostname: url3.hostname,
                port: url3.port,
                path: url3.path,
                method: response.statusCode === 303 ? "GET" : settings.method,
                headers
              };
              if (ssl) {
                newOptions.pfx = opts.pfx;
                newOptions.key = opts.key;
                newOptions.passphrase = opts.passphrase;
                newOptions.cert = opts.cert;
                newOptions.ca = opts.ca;
                newOptions.ciphers = opts.ciphers;
                newOptions.rejectUnauthorized = opts.rejectUnauthorized === false ? false : true;
              }
              request = doRequest(newOptions, responseHandler).on("error", errorHandler);
              request.end();
              return;
            }
            setState(self.HEADERS_RECEIVED);
            self.status = response.statusCode;
            response.on("data", function(chunk) {
              if (chunk) {
                var data2 = Buffer.from(chunk);
                self.response = Buffer.concat([self.response, data2]);
              }
              if (sendFlag) {
                setState(self.LOADING);
              }
            });
            response.on("end", function() {
              if (sendFlag) {
                sendFlag = false;
                setState(self.DONE);
                self.responseText = self.response.toString("utf8");
              }
            });
            response.on("error", function(error) {
              self.handleError(error);
            });
          };
          var errorHandler = function(error) {
            if (request.reusedSocket && error.code === "ECONNRESET")
              return doRequest(options, responseHandler).on("error", errorHandler);
            self.handleError(error);
          };
          request = doRequest(options, responseHandler).on("error", errorHandler);
          if (opts.autoUnref) {
            request.on("socket", (socket) => {
              socket.unref();
            });
          }
          if (data) {
            request.write(data);
          }
          request.end();
          self.dispatchEvent("loadstart");
        } else {
          var contentFile = ".node-xmlhttprequest-content-" + process.pid;
          var syncFile = ".node-xmlhttprequest-sync-" + process.pid;
          fs.writeFileSync(syncFile, "", "utf8");
          var execString = "var http = require('http'), https = require('https'), fs = require('fs');var doRequest = http" + (ssl ? "s" : "") + ".request;var options = " + JSON.stringify(options) + ";var responseText = '';var responseData = Buffer.alloc(0);var req = doRequest(options, function(response) {response.on('data', function(chunk) {  var data = Buffer.from(chunk);  responseText += data.toString('utf8');  responseData = Buffer.concat([responseData, data]);});response.on('end', function() {fs.writeFileSync('" + contentFile + "', JSON.stringify({err: null, data: {statusCode: response.statusCode, headers: response.headers, text: responseText, data: responseData.toString('base64')}}), 'utf8');fs.unlinkSync('" + syncFile + "');});response.on('error', function(error) {fs.writeFileSync('" + contentFile + "', 'NODE-XMLHTTPREQUEST-ERROR:' + JSON.stringify(error), 'utf8');fs.unlinkSync('" + syncFile + "');});}).on('error', function(error) {fs.writeFileSync('" + contentFile + "', 'NODE-XMLHTTPREQUEST-ERROR:' + JSON.stringify(error), 'utf8');fs.unlinkSync('" + syncFile + "');});" + (data ? "req.write('" + JSON.stringify(data).slice(1, -1).replace(/'/g, "\\'") + "');" : "") + "req.end();";
          var syncProc = spawn(process.argv[0], ["-e", execString]);
          var statusText;
          while (fs.existsSync(syncFile)) {
          }
          self.responseText = fs.readFileSync(contentFile, "utf8");
          syncProc.stdin.end();
          fs.unlinkSync(contentFile);
          if (self.responseText.match(/^NODE-XMLHTTPREQUEST-ERROR:/)) {
            var errorObj = JSON.parse(self.responseText.replace(/^NODE-XMLHTTPREQUEST-ERROR:/, ""));
            self.handleError(errorObj, 503);
          } else {
            self.status = self.responseText.replace(/^NODE-XMLHTTPREQUEST-STATUS:([0-9]*),.*/, "$1");
            var resp = JSON.parse(self.responseText.replace(/^NODE-XMLHTTPREQUEST-STATUS:[0-9]*,(.*)/, "$1"));
            response = {
              statusCode: self.status,
              headers: resp.data.headers
            };
            self.responseText = resp.data.text;
            self.response = Buffer.from(resp.data.data, "base64");
            setState(self.DONE, true);
          }
        }
      };
      this.handleError = function(error, status) {
        this.status = status || 0;
        this.statusText = error;
        this.responseText = error.stack;
        errorFlag = true;
        setState(this.DONE);
      };
      this.abort = function() {
        if (request) {
          request.abort();
          request = null;
        }
        headers = Object.assign({}, defaultHeaders);
        this.responseText = "";
        this.responseXML = "";
        this.response = Buffer.alloc(0);
        errorFlag = abortedFlag = true;
        if (this.readyState !== this.UNSENT && (this.readyState !== this.OPENED || sendFlag) && this.readyState !== this.DONE) {
          sendFlag = false;
          setState(this.DONE);
        }
        this.readyState = this.UNSENT;
      };
      this.addEventListener = function(event, callback) {
        if (!(event in listeners)) {
          listeners[event] = [];
        }
        listeners[event].push(callback);
      };
      this.removeEventListener = function(event, callback) {
        if (event in listeners) {
          listeners[event] = listeners[event].filter(function(ev) {
            return ev !== callback;
          });
        }
      };
      this.dispatchEvent = function(event) {
        if (typeof self["on" + event] === "function") {
          if (this.readyState === this.DONE && settings.async)
            setTimeout(function() {
              self["on" + event]();
            }, 0);
          else
            self["on" + event]();
        }
        if (event in listeners) {
          for (let i = 0, len = listeners[event].length; i < len; i++) {
            if (this.readyState === this.DONE)
              setTimeout(function() {
                listeners[event][i].call(self);
              }, 0);
            else
              listeners[event][i].call(self);
          }
        }
      };
      var setState = function(state3) {
        if (self.readyState === state3 || self.readyState === self.UNSENT && abortedFlag)
          return;
        self.readyState = state3;
        if (settings.async || self.readyState < self.OPENED || self.readyState === self.DONE) {
          self.dispatchEvent("readystatechange");
        }
        if (self.readyState === self.DONE) {
          let fire;
          if (abortedFlag)
            fire = "abort";
          else if (errorFlag)
            fire = "error";
          else
            fire = "load";
          self.dispatchEvent(fire);
          self.dispatchEvent("loadend");
        }
      };
    }
  }
});

// ../../../tmp/orca-nm/node_modules/@socket.io/component-emitter/lib/cjs/index.js
var require_cjs = __commonJS({
  "../../../tmp/orca-nm/node_modules/@socket.io/component-emitter/lib/cjs/index.js"(exports2) {
    init_define_ORCAPOOL_PINS();
    exports2.Emitter = Emitter7;
    function Emitter7(obj) {
      if (obj) return mixin(obj);
    }
    function mixin(obj) {
      for (var key in Emitter7.prototype) {
        obj[key] = Emitter7.prototype[key];
      }
      return obj;
    }
    Emitter7.prototype.on = Emitter7.prototype.addEventListener = function(event, fn) {
      this._callbacks = this._callbacks || {};
      (this._callbacks["$" + event] = this._callbacks["$" + event] || []).push(fn);
      return this;
    };
    Emitter7.prototype.once = function(event, fn) {
      function on2() {
        this.off(event, on2);
        fn.apply(this, arguments);
      }
      on2.fn = fn;
      this.on(event, on2);
      return this;
    };
    Emitter7.prototype.off = Emitter7.prototype.removeListener = Emitter7.prototype.removeAllListeners = Emitter7.prototype.removeEventListener = function(event, fn) {
      this._callbacks = this._callbacks || {};
      if (0 == arguments.length) {
        this._callbacks = {};
        return this;
      }
      var callbacks = this._callbacks["$" + event];
      if (!callbacks) return this;
      if (1 == arguments.length) {
        delete this._callbacks["$" + event];
        return this;
      }
      var cb;
      for (var i = 0; i < callbacks.length; i++) {
        cb = callbacks[i];
        if (cb === fn || cb.fn === fn) {
          callbacks.splice(i, 1);
          break;
        }
      }
      if (callbacks.length === 0) {
        delete this._callbacks["$" + event];
      }
      return this;
    };
    Emitter7.prototype.emit = function(event) {
      this._callbacks = this._callbacks || {};
      var args = new Array(arguments.length - 1), callbacks = this._callbacks["$" + event];
      for (var i = 1; i < arguments.length; i++) {
        args[i - 1] = arguments[i];
      }
      if (callbacks) {
        callbacks = callbacks.slice(0);
        for (var i = 0, len = callbacks.length; i < len; ++i) {
          callbacks[i].apply(this, args);
        }
      }
      return this;
    };
    Emitter7.prototype.emitReserved = Emitter7.prototype.emit;
    Emitter7.prototype.listeners = function(event) {
      this._callbacks = this._callbacks || {};
      return this._callbacks["$" + event] || [];
    };
    Emitter7.prototype.hasListeners = function(event) {
      return !!this.listeners(event).length;
    };
  }
});

// ../../../tmp/orca-nm/node_modules/ms/index.js
var require_ms = __commonJS({
  "../../../tmp/orca-nm/node_modules/ms/index.js"(exports2, module2) {
    init_define_ORCAPOOL_PINS();
    var s = 1e3;
    var m = s * 60;
    var h = m * 60;
    var d = h * 24;
    var w = d * 7;
    var y = d * 365.25;
    module2.exports = function(val, options) {
      options = options || {};
      var type = typeof val;
      if (type === "string" && val.length > 0) {
        return parse3(val);
      } else if (type === "number" && isFinite(val)) {
        return options.long ? fmtLong(val) : fmtShort(val);
      }
      throw new Error(
        "val is not a non-empty string or a valid number. val=" + JSON.stringify(val)
      );
    };
    function parse3(str) {
      str = String(str);
      if (str.length > 100) {
        return;
      }
      var match = /^(-?(?:\d+)?\.?\d+) *(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)?$/i.exec(
        str
      );
      if (!match) {
        return;
      }
      var n = parseFloat(match[1]);
      var type = (match[2] || "ms").toLowerCase();
      switch (type) {
        case "years":
        case "year":
        case "yrs":
        case "yr":
        case "y":
          return n * y;
        case "weeks":
        case "week":
        case "w":
          return n * w;
        case "days":
        case "day":
        case "d":
          return n * d;
        case "hours":
        case "hour":
        case "hrs":
        case "hr":
        case "h":
          return n * h;
        case "minutes":
        case "minute":
        case "mins":
        case "min":
        case "m":
          return n * m;
        case "seconds":
        case "second":
        case "secs":
        case "sec":
        case "s":
          return n * s;
        case "milliseconds":
        case "millisecond":
        case "msecs":
        case "msec":
        case "ms":
          return n;
        default:
          return void 0;
      }
    }
    function fmtShort(ms) {
      var msAbs = Math.abs(ms);
      if (msAbs >= d) {
        return Math.round(ms / d) + "d";
      }
      if (msAbs >= h) {
        return Math.round(ms / h) + "h";
      }
      if (msAbs >= m) {
        return Math.round(ms / m) + "m";
      }
      if (msAbs >= s) {
        return Math.round(ms / s) + "s";
      }
      return ms + "ms";
    }
    function fmtLong(ms) {
      var msAbs = Math.abs(ms);
      if (msAbs >= d) {
        return plural(ms, msAbs, d, "day");
      }
      if (msAbs >= h) {
        return plural(ms, msAbs, h, "hour");
      }
      if (msAbs >= m) {
        return plural(ms, msAbs, m, "minute");
      }
      if (msAbs >= s) {
        return plural(ms, msAbs, s, "second");
      }
      return ms + " ms";
    }
    function plural(ms, msAbs, n, name) {
      var isPlural = msAbs >= n * 1.5;
      return Math.round(ms / n) + " " + name + (isPlural ? "s" : "");
    }
  }
});

// ../../../tmp/orca-nm/node_modules/debug/src/common.js
var require_common = __commonJS({
  "../../../tmp/orca-nm/node_modules/debug/src/common.js"(exports2, module2) {
    init_define_ORCAPOOL_PINS();
    function setup(env) {
      createDebug.debug = createDebug;
      createDebug.default = createDebug;
      createDebug.coerce = coerce;
      createDebug.disable = disable;
      createDebug.enable = enable;
      createDebug.enabled = enabled;
      createDebug.humanize = require_ms();
      createDebug.destroy = destroy;
      Object.keys(env).forEach((key) => {
        createDebug[key] = env[key];
      });
      createDebug.names = [];
      createDebug.skips = [];
      createDebug.formatters = {};
      function selectColor(namespace) {
        let hash2 = 0;
        for (let i = 0; i < namespace.length; i++) {
          hash2 = (hash2 << 5) - hash2 + namespace.charCodeAt(i);
          hash2 |= 0;
        }
        return createDebug.colors[Math.abs(hash2) % createDebug.colors.length];
      }
      createDebug.selectColor = selectColor;
      function createDebug(namespace) {
        let prevTime;
        let enableOverride = null;
        let namespacesCache;
        let enabledCache;
        function debug12(...args) {
          if (!debug12.enabled) {
            return;
          }
          const self = debug12;
          const curr = Number(/* @__PURE__ */ new Date());
          const ms = curr - (prevTime || curr);
          self.diff = ms;
          self.prev = prevTime;
          self.curr = curr;
          prevTime = curr;
          args[0] = createDebug.coerce(args[0]);
          if (typeof args[0] !== "string") {
            args.unshift("%O");
          }
          let index = 0;
          args[0] = args[0].replace(/%([a-zA-Z%])/g, (match, format) => {
            if (match === "%%") {
              return "%";
            }
            index++;
            const formatter = createDebug.formatters[format];
            if (typeof formatter === "function") {
              const val = args[index];
              match = formatter.call(self, val);
              args.splice(index, 1);
              index--;
            }
            return match;
          });
          createDebug.formatArgs.call(self, args);
          const logFn = self.log || createDebug.log;
          logFn.apply(self, args);
        }
        debug12.namespace = namespace;
        debug12.useColors = createDebug.useColors();
        debug12.color = createDebug.selectColor(namespace);
        debug12.extend = extend;
        debug12.destroy = createDebug.destroy;
        Object.defineProperty(debug12, "enabled", {
          enumerable: true,
          configurable: false,
          get: () => {
            if (enableOverride !== null) {
              return enableOverride;
            }
            if (namespacesCache !== createDebug.namespaces) {
              namespacesCache = createDebug.namespaces;
              enabledCache = createDebug.enabled(namespace);
            }
            return enabledCache;
          },
          set: (v) => {
            enableOverride = v;
          }
        });
        if (typeof createDebug.init === "function") {
          createDebug.init(debug12);
        }
        return debug12;
      }
      function extend(namespace, delimiter) {
        const newDebug = createDebug(this.namespace + (typeof delimiter === "undefined" ? ":" : delimiter) + namespace);
        newDebug.log = this.log;
        return newDebug;
      }
      function enable(namespaces) {
        createDebug.save(namespaces);
        createDebug.namespaces = namespaces;
        createDebug.names = [];
        createDebug.skips = [];
        const split = (typeof namespaces === "string" ? namespaces : "").trim().replace(/\s+/g, ",").split(",").filter(Boolean);
        for (const ns of split) {
          if (ns[0] === "-") {
            createDebug.skips.push(ns.slice(1));
          } else {
            createDebug.names.push(ns);
          }
        }
      }
      function matchesTemplate(search, template) {
        let searchIndex = 0;
        let templateIndex = 0;
        let starIndex = -1;
        let matchIndex = 0;
        while (searchIndex < search.length) {
          if (templateIndex < template.length && (template[templateIndex] === search[searchIndex] || template[templateIndex] === "*")) {
            if (template[templateIndex] === "*") {
              starIndex = templateIndex;
              matchIndex = searchIndex;
              templateIndex++;
            } else {
              searchIndex++;
              templateIndex++;
            }
          } else if (starIndex !== -1) {
            templateIndex = starIndex + 1;
            matchIndex++;
            searchIndex = matchIndex;
          } else {
            return false;
          }
        }
        while (templateIndex < template.length && template[templateIndex] === "*") {
          templateIndex++;
        }
        return templateIndex === template.length;
      }
      function disable() {
        const namespaces = [
          ...createDebug.names,
          ...createDebug.skips.map((namespace) => "-" + namespace)
        ].join(",");
        createDebug.enable("");
        return namespaces;
      }
      function enabled(name) {
        for (const skip of createDebug.skips) {
          if (matchesTemplate(name, skip)) {
            return false;
          }
        }
        for (const ns of createDebug.names) {
          if (matchesTemplate(name, ns)) {
            return true;
          }
        }
        return false;
      }
      function coerce(val) {
        if (val instanceof Error) {
          return val.stack || val.message;
        }
        return val;
      }
      function destroy() {
        console.warn("Instance method `debug.destroy()` is deprecated and no longer does anything. It will be removed in the next major version of `debug`.");
      }
      createDebug.enable(createDebug.load());
      return createDebug;
    }
    module2.exports = setup;
  }
});

// ../../../tmp/orca-nm/node_modules/debug/src/browser.js
var require_browser = __commonJS({
  "../../../tmp/orca-nm/node_modules/debug/src/browser.js"(exports2, module2) {
    init_define_ORCAPOOL_PINS();
    exports2.formatArgs = formatArgs;
    exports2.save = save;
    exports2.load = load;
    exports2.useColors = useColors;
    exports2.storage = localstorage();
    exports2.destroy = /* @__PURE__ */ (() => {
      let warned = false;
      return () => {
        if (!warned) {
          warned = true;
          console.warn("Instance method `debug.destroy()` is deprecated and no longer does anything. It will be removed in the next major version of `debug`.");
        }
      };
    })();
    exports2.colors = [
      "#0000CC",
      "#0000FF",
      "#0033CC",
      "#0033FF",
      "#0066CC",
      "#0066FF",
      "#0099CC",
      "#0099FF",
      "#00CC00",
      "#00CC33",
      "#00CC66",
      "#00CC99",
      "#00CCCC",
      "#00CCFF",
      "#3300CC",
      "#3300FF",
      "#3333CC",
      "#3333FF",
      "#3366CC",
      "#3366FF",
      "#3399CC",
      "#3399FF",
      "#33CC00",
      "#33CC33",
      "#33CC66",
      "#33CC99",
      "#33CCCC",
      "#33CCFF",
      "#6600CC",
      "#6600FF",
      "#6633CC",
      "#6633FF",
      "#66CC00",
      "#66CC33",
      "#9900CC",
      "#9900FF",
      "#9933CC",
      "#9933FF",
      "#99CC00",
      "#99CC33",
      "#CC0000",
      "#CC0033",
      "#CC0066",
      "#CC0099",
      "#CC00CC",
      "#CC00FF",
      "#CC3300",
      "#CC3333",
      "#CC3366",
      "#CC3399",
      "#CC33CC",
      "#CC33FF",
      "#CC6600",
      "#CC6633",
      "#CC9900",
      "#CC9933",
      "#CCCC00",
      "#CCCC33",
      "#FF0000",
      "#FF0033",
      "#FF0066",
      "#FF0099",
      "#FF00CC",
      "#FF00FF",
      "#FF3300",
      "#FF3333",
      "#FF3366",
      "#FF3399",
      "#FF33CC",
      "#FF33FF",
      "#FF6600",
      "#FF6633",
      "#FF9900",
      "#FF9933",
      "#FFCC00",
      "#FFCC33"
    ];
    function useColors() {
      if (typeof window !== "undefined" && window.process && (window.process.type === "renderer" || window.process.__nwjs)) {
        return true;
      }
      if (typeof navigator !== "undefined" && navigator.userAgent && navigator.userAgent.toLowerCase().match(/(edge|trident)\/(\d+)/)) {
        return false;
      }
      let m;
      return typeof document !== "undefined" && document.documentElement && document.documentElement.style && document.documentElement.style.WebkitAppearance || // Is firebug? http://stackoverflow.com/a/398120/376773
      typeof window !== "undefined" && window.console && (window.console.firebug || window.console.exception && window.console.table) || // Is firefox >= v31?
      // https://developer.mozilla.org/en-US/docs/Tools/Web_Console#Styling_messages
      typeof navigator !== "undefined" && navigator.userAgent && (m = navigator.userAgent.toLowerCase().match(/firefox\/(\d+)/)) && parseInt(m[1], 10) >= 31 || // Double check webkit in userAgent just in case we are in a worker
      typeof navigator !== "undefined" && navigator.userAgent && navigator.userAgent.toLowerCase().match(/applewebkit\/(\d+)/);
    }
    function formatArgs(args) {
      args[0] = (this.useColors ? "%c" : "") + this.namespace + (this.useColors ? " %c" : " ") + args[0] + (this.useColors ? "%c " : " ") + "+" + module2.exports.humanize(this.diff);
      if (!this.useColors) {
        return;
      }
      const c = "color: " + this.color;
      args.splice(1, 0, c, "color: inherit");
      let index = 0;
      let lastC = 0;
      args[0].replace(/%[a-zA-Z%]/g, (match) => {
        if (match === "%%") {
          return;
        }
        index++;
        if (match === "%c") {
          lastC = index;
        }
      });
      args.splice(lastC, 0, c);
    }
    exports2.log = console.debug || console.log || (() => {
    });
    function save(namespaces) {
      try {
        if (namespaces) {
          exports2.storage.setItem("debug", namespaces);
        } else {
          exports2.storage.removeItem("debug");
        }
      } catch (error) {
      }
    }
    function load() {
      let r;
      try {
        r = exports2.storage.getItem("debug") || exports2.storage.getItem("DEBUG");
      } catch (error) {
      }
      if (!r && typeof process !== "undefined" && "env" in process) {
        r = process.env.DEBUG;
      }
      return r;
    }
    function localstorage() {
      try {
        return localStorage;
      } catch (error) {
      }
    }
    module2.exports = require_common()(exports2);
    var { formatters } = module2.exports;
    formatters.j = function(v) {
      try {
        return JSON.stringify(v);
      } catch (error) {
        return "[UnexpectedJSONParseError]: " + error.message;
      }
    };
  }
});

// ../../../tmp/orca-nm/node_modules/debug/src/node.js
var require_node = __commonJS({
  "../../../tmp/orca-nm/node_modules/debug/src/node.js"(exports2, module2) {
    init_define_ORCAPOOL_PINS();
    var tty = require("tty");
    var util = require("util");
    exports2.init = init;
    exports2.log = log;
    exports2.formatArgs = formatArgs;
    exports2.save = save;
    exports2.load = load;
    exports2.useColors = useColors;
    exports2.destroy = util.deprecate(
      () => {
      },
      "Instance method `debug.destroy()` is deprecated and no longer does anything. It will be removed in the next major version of `debug`."
    );
    exports2.colors = [6, 2, 3, 4, 5, 1];
    try {
      const supportsColor = require("supports-color");
      if (supportsColor && (supportsColor.stderr || supportsColor).level >= 2) {
        exports2.colors = [
          20,
          21,
          26,
          27,
          32,
          33,
          38,
          39,
          40,
          41,
          42,
          43,
          44,
          45,
          56,
          57,
          62,
          63,
          68,
          69,
          74,
          75,
          76,
          77,
          78,
          79,
          80,
          81,
          92,
          93,
          98,
          99,
          112,
          113,
          128,
          129,
          134,
          135,
          148,
          149,
          160,
          161,
          162,
          163,
          164,
          165,
          166,
          167,
          168,
          169,
          170,
          171,
          172,
          173,
          178,
          179,
          184,
          185,
          196,
          197,
          198,
          199,
          200,
          201,
          202,
          203,
          204,
          205,
          206,
          207,
          208,
          209,
          214,
          215,
          220,
          221
        ];
      }
    } catch (error) {
    }
    exports2.inspectOpts = Object.keys(process.env).filter((key) => {
      return /^debug_/i.test(key);
    }).reduce((obj, key) => {
      const prop = key.substring(6).toLowerCase().replace(/_([a-z])/g, (_, k) => {
        return k.toUpperCase();
      });
      let val = process.env[key];
      if (/^(yes|on|true|enabled)$/i.test(val)) {
        val = true;
      } else if (/^(no|off|false|disabled)$/i.test(val)) {
        val = false;
      } else if (val === "null") {
        val = null;
      } else {
        val = Number(val);
      }
      obj[prop] = val;
      return obj;
    }, {});
    function useColors() {
      return "colors" in exports2.inspectOpts ? Boolean(exports2.inspectOpts.colors) : tty.isatty(process.stderr.fd);
    }
    function formatArgs(args) {
      const { namespace: name, useColors: useColors2 } = this;
      if (useColors2) {
        const c = this.color;
        const colorCode = "\x1B[3" + (c < 8 ? c : "8;5;" + c);
        const prefix = `  ${colorCode};1m${name} \x1B[0m`;
        args[0] = prefix + args[0].split("\n").join("\n" + prefix);
        args.push(colorCode + "m+" + module2.exports.humanize(this.diff) + "\x1B[0m");
      } else {
        args[0] = getDate() + name + " " + args[0];
      }
    }
    function getDate() {
      if (exports2.inspectOpts.hideDate) {
        return "";
      }
      return (/* @__PURE__ */ new Date()).toISOString() + " ";
    }
    function log(...args) {
      return process.stderr.write(util.formatWithOptions(exports2.inspectOpts, ...args) + "\n");
    }
    function save(namespaces) {
      if (namespaces) {
        process.env.DEBUG = namespaces;
      } else {
        delete process.env.DEBUG;
      }
    }
    function load() {
      return process.env.DEBUG;
    }
    function init(debug12) {
      debug12.inspectOpts = {};
      const keys = Object.keys(exports2.inspectOpts);
      for (let i = 0; i < keys.length; i++) {
        debug12.inspectOpts[keys[i]] = exports2.inspectOpts[keys[i]];
      }
    }
    module2.exports = require_common()(exports2);
    var { formatters } = module2.exports;
    formatters.o = function(v) {
      this.inspectOpts.colors = this.useColors;
      return util.inspect(v, this.inspectOpts).split("\n").map((str) => str.trim()).join(" ");
    };
    formatters.O = function(v) {
      this.inspectOpts.colors = this.useColors;
      return util.inspect(v, this.inspectOpts);
    };
  }
});

// ../../../tmp/orca-nm/node_modules/debug/src/index.js
var require_src = __commonJS({
  "../../../tmp/orca-nm/node_modules/debug/src/index.js"(exports2, module2) {
    init_define_ORCAPOOL_PINS();
    if (typeof process === "undefined" || process.type === "renderer" || process.browser === true || process.__nwjs) {
      module2.exports = require_browser();
    } else {
      module2.exports = require_node();
    }
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/constants.js
var require_constants = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/constants.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var BINARY_TYPES = ["nodebuffer", "arraybuffer", "fragments"];
    var hasBlob = typeof Blob !== "undefined";
    if (hasBlob) BINARY_TYPES.push("blob");
    module2.exports = {
      BINARY_TYPES,
      CLOSE_TIMEOUT: 3e4,
      EMPTY_BUFFER: Buffer.alloc(0),
      GUID: "258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
      hasBlob,
      kForOnEventAttribute: /* @__PURE__ */ Symbol("kIsForOnEventAttribute"),
      kListener: /* @__PURE__ */ Symbol("kListener"),
      kStatusCode: /* @__PURE__ */ Symbol("status-code"),
      kWebSocket: /* @__PURE__ */ Symbol("websocket"),
      NOOP: () => {
      }
    };
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/buffer-util.js
var require_buffer_util = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/buffer-util.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var { EMPTY_BUFFER } = require_constants();
    var FastBuffer = Buffer[Symbol.species];
    function concat(list, totalLength2) {
      if (list.length === 0) return EMPTY_BUFFER;
      if (list.length === 1) return list[0];
      const target = Buffer.allocUnsafe(totalLength2);
      let offset = 0;
      for (let i = 0; i < list.length; i++) {
        const buf = list[i];
        target.set(buf, offset);
        offset += buf.length;
      }
      if (offset < totalLength2) {
        return new FastBuffer(target.buffer, target.byteOffset, offset);
      }
      return target;
    }
    function _mask(source, mask, output, offset, length) {
      for (let i = 0; i < length; i++) {
        output[offset + i] = source[i] ^ mask[i & 3];
      }
    }
    function _unmask(buffer2, mask) {
      for (let i = 0; i < buffer2.length; i++) {
        buffer2[i] ^= mask[i & 3];
      }
    }
    function toArrayBuffer(buf) {
      if (buf.length === buf.buffer.byteLength) {
        return buf.buffer;
      }
      return buf.buffer.slice(buf.byteOffset, buf.byteOffset + buf.length);
    }
    function toBuffer2(data) {
      toBuffer2.readOnly = true;
      if (Buffer.isBuffer(data)) return data;
      let buf;
      if (data instanceof ArrayBuffer) {
        buf = new FastBuffer(data);
      } else if (ArrayBuffer.isView(data)) {
        buf = new FastBuffer(data.buffer, data.byteOffset, data.byteLength);
      } else {
        buf = Buffer.from(data);
        toBuffer2.readOnly = false;
      }
      return buf;
    }
    module2.exports = {
      concat,
      mask: _mask,
      toArrayBuffer,
      toBuffer: toBuffer2,
      unmask: _unmask
    };
    if (!process.env.WS_NO_BUFFER_UTIL) {
      try {
        const bufferUtil = require("bufferutil");
        module2.exports.mask = function(source, mask, output, offset, length) {
          if (length < 48) _mask(source, mask, output, offset, length);
          else bufferUtil.mask(source, mask, output, offset, length);
        };
        module2.exports.unmask = function(buffer2, mask) {
          if (buffer2.length < 32) _unmask(buffer2, mask);
          else bufferUtil.unmask(buffer2, mask);
        };
      } catch (e) {
      }
    }
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/limiter.js
var require_limiter = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/limiter.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var kDone = /* @__PURE__ */ Symbol("kDone");
    var kRun = /* @__PURE__ */ Symbol("kRun");
    var Limiter = class {
      /**
       * Creates a new `Limiter`.
       *
       * @param {Number} [concurrency=Infinity] The maximum number of jobs allowed
       *     to run concurrently
       */
      constructor(concurrency) {
        this[kDone] = () => {
          this.pending--;
          this[kRun]();
        };
        this.concurrency = concurrency || Infinity;
        this.jobs = [];
        this.pending = 0;
      }
      /**
       * Adds a job to the queue.
       *
       * @param {Function} job The job to run
       * @public
       */
      add(job) {
        this.jobs.push(job);
        this[kRun]();
      }
      /**
       * Removes a job from the queue and runs it if possible.
       *
       * @private
       */
      [kRun]() {
        if (this.pending === this.concurrency) return;
        if (this.jobs.length) {
          const job = this.jobs.shift();
          this.pending++;
          job(this[kDone]);
        }
      }
    };
    module2.exports = Limiter;
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/permessage-deflate.js
var require_permessage_deflate = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/permessage-deflate.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var zlib = require("zlib");
    var bufferUtil = require_buffer_util();
    var Limiter = require_limiter();
    var { kStatusCode } = require_constants();
    var FastBuffer = Buffer[Symbol.species];
    var TRAILER = Buffer.from([0, 0, 255, 255]);
    var kPerMessageDeflate = /* @__PURE__ */ Symbol("permessage-deflate");
    var kTotalLength = /* @__PURE__ */ Symbol("total-length");
    var kCallback = /* @__PURE__ */ Symbol("callback");
    var kBuffers = /* @__PURE__ */ Symbol("buffers");
    var kError = /* @__PURE__ */ Symbol("error");
    var zlibLimiter;
    var PerMessageDeflate2 = class {
      /**
       * Creates a PerMessageDeflate instance.
       *
       * @param {Object} [options] Configuration options
       * @param {(Boolean|Number)} [options.clientMaxWindowBits] Advertise support
       *     for, or request, a custom client window size
       * @param {Boolean} [options.clientNoContextTakeover=false] Advertise/
       *     acknowledge disabling of client context takeover
       * @param {Number} [options.concurrencyLimit=10] The number of concurrent
       *     calls to zlib
       * @param {Boolean} [options.isServer=false] Create the instance in either
       *     server or client mode
       * @param {Number} [options.maxPayload=0] The maximum allowed message length
       * @param {(Boolean|Number)} [options.serverMaxWindowBits] Request/confirm the
       *     use of a custom server window size
       * @param {Boolean} [options.serverNoContextTakeover=false] Request/accept
       *     disabling of server context takeover
       * @param {Number} [options.threshold=1024] Size (in bytes) below which
       *     messages should not be compressed if context takeover is disabled
       * @param {Object} [options.zlibDeflateOptions] Options to pass to zlib on
       *     deflate
       * @param {Object} [options.zlibInflateOptions] Options to pass to zlib on
       *     inflate
       */
      constructor(options) {
        this._options = options || {};
        this._threshold = this._options.threshold !== void 0 ? this._options.threshold : 1024;
        this._maxPayload = this._options.maxPayload | 0;
        this._isServer = !!this._options.isServer;
        this._deflate = null;
        this._inflate = null;
        this.params = null;
        if (!zlibLimiter) {
          const concurrency = this._options.concurrencyLimit !== void 0 ? this._options.concurrencyLimit : 10;
          zlibLimiter = new Limiter(concurrency);
        }
      }
      /**
       * @type {String}
       */
      static get extensionName() {
        return "permessage-deflate";
      }
      /**
       * Create an extension negotiation offer.
       *
       * @return {Object} Extension parameters
       * @public
       */
      offer() {
        const params = {};
        if (this._options.serverNoContextTakeover) {
          params.server_no_context_takeover = true;
        }
        if (this._options.clientNoContextTakeover) {
          params.client_no_context_takeover = true;
        }
        if (this._options.serverMaxWindowBits) {
          params.server_max_window_bits = this._options.serverMaxWindowBits;
        }
        if (this._options.clientMaxWindowBits) {
          params.client_max_window_bits = this._options.clientMaxWindowBits;
        } else if (this._options.clientMaxWindowBits == null) {
          params.client_max_window_bits = true;
        }
        return params;
      }
      /**
       * Accept an extension negotiation offer/response.
       *
       * @param {Array} configurations The extension negotiation offers/reponse
       * @return {Object} Accepted configuration
       * @public
       */
      accept(configurations) {
        configurations = this.normalizeParams(configurations);
        this.params = this._isServer ? this.acceptAsServer(configurations) : this.acceptAsClient(configurations);
        return this.params;
      }
      /**
       * Releases all resources used by the extension.
       *
       * @public
       */
      cleanup() {
        if (this._inflate) {
          this._inflate.close();
          this._inflate = null;
        }
        if (this._deflate) {
          const callback = this._deflate[kCallback];
          this._deflate.close();
          this._deflate = null;
          if (callback) {
            callback(
              new Error(
                "The deflate stream was closed while data was being processed"
              )
            );
          }
        }
      }
      /**
       *  Accept an extension negotiation offer.
       *
       * @param {Array} offers The extension negotiation offers
       * @return {Object} Accepted configuration
       * @private
       */
      acceptAsServer(offers) {
        const opts = this._options;
        const accepted = offers.find((params) => {
          if (opts.serverNoContextTakeover === false && params.server_no_context_takeover || params.server_max_window_bits && (opts.serverMaxWindowBits === false || typeof opts.serverMaxWindowBits === "number" && opts.serverMaxWindowBits > params.server_max_window_bits) || typeof opts.clientMaxWindowBits === "number" && (typeof params.client_max_window_bits === "number" ? opts.clientMaxWindowBits > params.client_max_window_bits : !params.client_max_window_bits)) {
            return false;
          }
          return true;
        });
        if (!accepted) {
          throw new Error("None of the extension offers can be accepted");
        }
        if (opts.serverNoContextTakeover) {
          accepted.server_no_context_takeover = true;
        }
        if (opts.clientNoContextTakeover) {
          accepted.client_no_context_takeover = true;
        }
        if (typeof opts.serverMaxWindowBits === "number") {
          accepted.server_max_window_bits = opts.serverMaxWindowBits;
        }
        if (typeof opts.clientMaxWindowBits === "number") {
          accepted.client_max_window_bits = opts.clientMaxWindowBits;
        } else if (accepted.client_max_window_bits === true || opts.clientMaxWindowBits === false) {
          delete accepted.client_max_window_bits;
        }
        return accepted;
      }
      /**
       * Accept the extension negotiation response.
       *
       * @param {Array} response The extension negotiation response
       * @return {Object} Accepted configuration
       * @private
       */
      acceptAsClient(response) {
        const params = response[0];
        if (this._options.clientNoContextTakeover === false && params.client_no_context_takeover) {
          throw new Error('Unexpected parameter "client_no_context_takeover"');
        }
        if (!params.client_max_window_bits) {
          if (typeof this._options.clientMaxWindowBits === "number") {
            params.client_max_window_bits = this._options.clientMaxWindowBits;
          }
        } else if (this._options.clientMaxWindowBits === false || typeof this._options.clientMaxWindowBits === "number" && params.client_max_window_bits > this._options.clientMaxWindowBits) {
          throw new Error(
            'Unexpected or invalid parameter "client_max_window_bits"'
          );
        }
        return params;
      }
      /**
       * Normalize parameters.
       *
       * @param {Array} configurations The extension negotiation offers/reponse
       * @return {Array} The offers/response with normalized parameters
       * @private
       */
      normalizeParams(configurations) {
        configurations.forEach((params) => {
          Object.keys(params).forEach((key) => {
            let value2 = params[key];
            if (value2.length > 1) {
              throw new Error(`Parameter "${key}" must have only a single value`);
            }
            value2 = value2[0];
            if (key === "client_max_window_bits") {
              if (value2 !== true) {
                const num = +value2;
                if (!Number.isInteger(num) || num < 8 || num > 15) {
                  throw new TypeError(
                    `Invalid value for parameter "${key}": ${value2}`
                  );
                }
                value2 = num;
              } else if (!this._isServer) {
                throw new TypeError(
                  `Invalid value for parameter "${key}": ${value2}`
                );
              }
            } else if (key === "server_max_window_bits") {
              const num = +value2;
              if (!Number.isInteger(num) || num < 8 || num > 15) {
                throw new TypeError(
                  `Invalid value for parameter "${key}": ${value2}`
                );
              }
              value2 = num;
            } else if (key === "client_no_context_takeover" || key === "server_no_context_takeover") {
              if (value2 !== true) {
                throw new TypeError(
                  `Invalid value for parameter "${key}": ${value2}`
                );
              }
            } else {
              throw new Error(`Unknown parameter "${key}"`);
            }
            params[key] = value2;
          });
        });
        return configurations;
      }
      /**
       * Decompress data. Concurrency limited.
       *
       * @param {Buffer} data Compressed data
       * @param {Boolean} fin Specifies whether or not this is the last fragment
       * @param {Function} callback Callback
       * @public
       */
      decompress(data, fin, callback) {
        zlibLimiter.add((done) => {
          this._decompress(data, fin, (err, result) => {
            done();
            callback(err, result);
          });
        });
      }
      /**
       * Compress data. Concurrency limited.
       *
       * @param {(Buffer|String)} data Data to compress
       * @param {Boolean} fin Specifies whether or not this is the last fragment
       * @param {Function} callback Callback
       * @public
       */
      compress(data, fin, callback) {
        zlibLimiter.add((done) => {
          this._compress(data, fin, (err, result) => {
            done();
            callback(err, result);
          });
        });
      }
      /**
       * Decompress data.
       *
       * @param {Buffer} data Compressed data
       * @param {Boolean} fin Specifies whether or not this is the last fragment
       * @param {Function} callback Callback
       * @private
       */
      _decompress(data, fin, callback) {
        const endpoint = this._isServer ? "client" : "server";
        if (!this._inflate) {
          const key = `${endpoint}_max_window_bits`;
          const windowBits = typeof this.params[key] !== "number" ? zlib.Z_DEFAULT_WINDOWBITS : this.params[key];
          this._inflate = zlib.createInflateRaw({
            ...this._options.zlibInflateOptions,
            windowBits
          });
          this._inflate[kPerMessageDeflate] = this;
          this._inflate[kTotalLength] = 0;
          this._inflate[kBuffers] = [];
          this._inflate.on("error", inflateOnError);
          this._inflate.on("data", inflateOnData);
        }
        this._inflate[kCallback] = callback;
        this._inflate.write(data);
        if (fin) this._inflate.write(TRAILER);
        this._inflate.flush(() => {
          const err = this._inflate[kError];
          if (err) {
            this._inflate.close();
            this._inflate = null;
            callback(err);
            return;
          }
          const data2 = bufferUtil.concat(
            this._inflate[kBuffers],
            this._inflate[kTotalLength]
          );
          if (this._inflate._readableState.endEmitted) {
            this._inflate.close();
            this._inflate = null;
          } else {
            this._inflate[kTotalLength] = 0;
            this._inflate[kBuffers] = [];
            if (fin && this.params[`${endpoint}_no_context_takeover`]) {
              this._inflate.reset();
            }
          }
          callback(null, data2);
        });
      }
      /**
       * Compress data.
       *
       * @param {(Buffer|String)} data Data to compress
       * @param {Boolean} fin Specifies whether or not this is the last fragment
       * @param {Function} callback Callback
       * @private
       */
      _compress(data, fin, callback) {
        const endpoint = this._isServer ? "server" : "client";
        if (!this._deflate) {
          const key = `${endpoint}_max_window_bits`;
          const windowBits = typeof this.params[key] !== "number" ? zlib.Z_DEFAULT_WINDOWBITS : this.params[key];
          this._deflate = zlib.createDeflateRaw({
            ...this._options.zlibDeflateOptions,
            windowBits
          });
          this._deflate[kTotalLength] = 0;
          this._deflate[kBuffers] = [];
          this._deflate.on("data", deflateOnData);
        }
        this._deflate[kCallback] = callback;
        this._deflate.write(data);
        this._deflate.flush(zlib.Z_SYNC_FLUSH, () => {
          if (!this._deflate) {
            return;
          }
          let data2 = bufferUtil.concat(
            this._deflate[kBuffers],
            this._deflate[kTotalLength]
          );
          if (fin) {
            data2 = new FastBuffer(data2.buffer, data2.byteOffset, data2.length - 4);
          }
          this._deflate[kCallback] = null;
          this._deflate[kTotalLength] = 0;
          this._deflate[kBuffers] = [];
          if (fin && this.params[`${endpoint}_no_context_takeover`]) {
            this._deflate.reset();
          }
          callback(null, data2);
        });
      }
    };
    module2.exports = PerMessageDeflate2;
    function deflateOnData(chunk) {
      this[kBuffers].push(chunk);
      this[kTotalLength] += chunk.length;
    }
    function inflateOnData(chunk) {
      this[kTotalLength] += chunk.length;
      if (this[kPerMessageDeflate]._maxPayload < 1 || this[kTotalLength] <= this[kPerMessageDeflate]._maxPayload) {
        this[kBuffers].push(chunk);
        return;
      }
      this[kError] = new RangeError("Max payload size exceeded");
      this[kError].code = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
      this[kError][kStatusCode] = 1009;
      this.removeListener("data", inflateOnData);
      this.reset();
    }
    function inflateOnError(err) {
      this[kPerMessageDeflate]._inflate = null;
      if (this[kError]) {
        this[kCallback](this[kError]);
        return;
      }
      err[kStatusCode] = 1007;
      this[kCallback](err);
    }
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/validation.js
var require_validation = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/validation.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var { isUtf8 } = require("buffer");
    var { hasBlob } = require_constants();
    var tokenChars = [
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      // 0 - 15
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      // 16 - 31
      0,
      1,
      0,
      1,
      1,
      1,
      1,
      1,
      0,
      0,
      1,
      1,
      0,
      1,
      1,
      0,
      // 32 - 47
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      0,
      0,
      0,
      0,
      0,
      0,
      // 48 - 63
      0,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      // 64 - 79
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      0,
      0,
      0,
      1,
      1,
      // 80 - 95
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      // 96 - 111
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      1,
      0,
      1,
      0,
      1,
      0
      // 112 - 127
    ];
    function isValidStatusCode(code) {
      return code >= 1e3 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006 || code >= 3e3 && code <= 4999;
    }
    function _isValidUTF8(buf) {
      const len = buf.length;
      let i = 0;
      while (i < len) {
        if ((buf[i] & 128) === 0) {
          i++;
        } else if ((buf[i] & 224) === 192) {
          if (i + 1 === len || (buf[i + 1] & 192) !== 128 || (buf[i] & 254) === 192) {
            return false;
          }
          i += 2;
        } else if ((buf[i] & 240) === 224) {
          if (i + 2 >= len || (buf[i + 1] & 192) !== 128 || (buf[i + 2] & 192) !== 128 || buf[i] === 224 && (buf[i + 1] & 224) === 128 || // Overlong
          buf[i] === 237 && (buf[i + 1] & 224) === 160) {
            return false;
          }
          i += 3;
        } else if ((buf[i] & 248) === 240) {
          if (i + 3 >= len || (buf[i + 1] & 192) !== 128 || (buf[i + 2] & 192) !== 128 || (buf[i + 3] & 192) !== 128 || buf[i] === 240 && (buf[i + 1] & 240) === 128 || // Overlong
          buf[i] === 244 && buf[i + 1] > 143 || buf[i] > 244) {
            return false;
          }
          i += 4;
        } else {
          return false;
        }
      }
      return true;
    }
    function isBlob(value2) {
      return hasBlob && typeof value2 === "object" && typeof value2.arrayBuffer === "function" && typeof value2.type === "string" && typeof value2.stream === "function" && (value2[Symbol.toStringTag] === "Blob" || value2[Symbol.toStringTag] === "File");
    }
    module2.exports = {
      isBlob,
      isValidStatusCode,
      isValidUTF8: _isValidUTF8,
      tokenChars
    };
    if (isUtf8) {
      module2.exports.isValidUTF8 = function(buf) {
        return buf.length < 24 ? _isValidUTF8(buf) : isUtf8(buf);
      };
    } else if (!process.env.WS_NO_UTF_8_VALIDATE) {
      try {
        const isValidUTF8 = require("utf-8-validate");
        module2.exports.isValidUTF8 = function(buf) {
          return buf.length < 32 ? _isValidUTF8(buf) : isValidUTF8(buf);
        };
      } catch (e) {
      }
    }
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/receiver.js
var require_receiver = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/receiver.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var { Writable } = require("stream");
    var PerMessageDeflate2 = require_permessage_deflate();
    var {
      BINARY_TYPES,
      EMPTY_BUFFER,
      kStatusCode,
      kWebSocket
    } = require_constants();
    var { concat, toArrayBuffer, unmask } = require_buffer_util();
    var { isValidStatusCode, isValidUTF8 } = require_validation();
    var FastBuffer = Buffer[Symbol.species];
    var GET_INFO = 0;
    var GET_PAYLOAD_LENGTH_16 = 1;
    var GET_PAYLOAD_LENGTH_64 = 2;
    var GET_MASK = 3;
    var GET_DATA = 4;
    var INFLATING = 5;
    var DEFER_EVENT = 6;
    var Receiver2 = class extends Writable {
      /**
       * Creates a Receiver instance.
       *
       * @param {Object} [options] Options object
       * @param {Boolean} [options.allowSynchronousEvents=true] Specifies whether
       *     any of the `'message'`, `'ping'`, and `'pong'` events can be emitted
       *     multiple times in the same tick
       * @param {String} [options.binaryType=nodebuffer] The type for binary data
       * @param {Object} [options.extensions] An object containing the negotiated
       *     extensions
       * @param {Boolean} [options.isServer=false] Specifies whether to operate in
       *     client or server mode
       * @param {Number} [options.maxBufferedChunks=0] The maximum number of
       *     buffered data chunks
       * @param {Number} [options.maxFragments=0] The maximum number of message
       *     fragments
       * @param {Number} [options.maxPayload=0] The maximum allowed message length
       * @param {Boolean} [options.skipUTF8Validation=false] Specifies whether or
       *     not to skip UTF-8 validation for text and close messages
       */
      constructor(options = {}) {
        super();
        this._allowSynchronousEvents = options.allowSynchronousEvents !== void 0 ? options.allowSynchronousEvents : true;
        this._binaryType = options.binaryType || BINARY_TYPES[0];
        this._extensions = options.extensions || {};
        this._isServer = !!options.isServer;
        this._maxBufferedChunks = options.maxBufferedChunks | 0;
        this._maxFragments = options.maxFragments | 0;
        this._maxPayload = options.maxPayload | 0;
        this._skipUTF8Validation = !!options.skipUTF8Validation;
        this[kWebSocket] = void 0;
        this._bufferedBytes = 0;
        this._buffers = [];
        this._compressed = false;
        this._payloadLength = 0;
        this._mask = void 0;
        this._fragmented = 0;
        this._masked = false;
        this._fin = false;
        this._opcode = 0;
        this._totalPayloadLength = 0;
        this._messageLength = 0;
        this._numFragments = 0;
        this._fragments = [];
        this._errored = false;
        this._loop = false;
        this._state = GET_INFO;
      }
      /**
       * Implements `Writable.prototype._write()`.
       *
       * @param {Buffer} chunk The chunk of data to write
       * @param {String} encoding The character encoding of `chunk`
       * @param {Function} cb Callback
       * @private
       */
      _write(chunk, encoding, cb) {
        if (this._opcode === 8 && this._state == GET_INFO) return cb();
        if (this._maxBufferedChunks > 0 && this._buffers.length >= this._maxBufferedChunks) {
          cb(
            this.createError(
              RangeError,
              "Too many buffered chunks",
              false,
              1008,
              "WS_ERR_TOO_MANY_BUFFERED_PARTS"
            )
          );
          return;
        }
        this._bufferedBytes += chunk.length;
        this._buffers.push(chunk);
        this.startLoop(cb);
      }
      /**
       * Consumes `n` bytes from the buffered data.
       *
       * @param {Number} n The number of bytes to consume
       * @return {Buffer} The consumed bytes
       * @private
       */
      consume(n) {
        this._bufferedBytes -= n;
        if (n === this._buffers[0].length) return this._buffers.shift();
        if (n < this._buffers[0].length) {
          const buf = this._buffers[0];
          this._buffers[0] = new FastBuffer(
            buf.buffer,
            buf.byteOffset + n,
            buf.length - n
          );
          return new FastBuffer(buf.buffer, buf.byteOffset, n);
        }
        const dst = Buffer.allocUnsafe(n);
        do {
          const buf = this._buffers[0];
          const offset = dst.length - n;
          if (n >= buf.length) {
            dst.set(this._buffers.shift(), offset);
          } else {
            dst.set(new Uint8Array(buf.buffer, buf.byteOffset, n), offset);
            this._buffers[0] = new FastBuffer(
              buf.buffer,
              buf.byteOffset + n,
              buf.length - n
            );
          }
          n -= buf.length;
        } while (n > 0);
        return dst;
      }
      /**
       * Starts the parsing loop.
       *
       * @param {Function} cb Callback
       * @private
       */
      startLoop(cb) {
        this._loop = true;
        do {
          switch (this._state) {
            case GET_INFO:
              this.getInfo(cb);
              break;
            case GET_PAYLOAD_LENGTH_16:
              this.getPayloadLength16(cb);
              break;
            case GET_PAYLOAD_LENGTH_64:
              this.getPayloadLength64(cb);
              break;
            case GET_MASK:
              this.getMask();
              break;
            case GET_DATA:
              this.getData(cb);
              break;
            case INFLATING:
            case DEFER_EVENT:
              this._loop = false;
              return;
          }
        } while (this._loop);
        if (!this._errored) cb();
      }
      /**
       * Reads the first two bytes of a frame.
       *
       * @param {Function} cb Callback
       * @private
       */
      getInfo(cb) {
        if (this._bufferedBytes < 2) {
          this._loop = false;
          return;
        }
        const buf = this.consume(2);
        if ((buf[0] & 48) !== 0) {
          const error = this.createError(
            RangeError,
            "RSV2 and RSV3 must be clear",
            true,
            1002,
            "WS_ERR_UNEXPECTED_RSV_2_3"
          );
          cb(error);
          return;
        }
        const compressed = (buf[0] & 64) === 64;
        if (compressed && !this._extensions[PerMessageDeflate2.extensionName]) {
          const error = this.createError(
            RangeError,
            "RSV1 must be clear",
            true,
            1002,
            "WS_ERR_UNEXPECTED_RSV_1"
          );
          cb(error);
          return;
        }
        this._fin = (buf[0] & 128) === 128;
        this._opcode = buf[0] & 15;
        this._payloadLength = buf[1] & 127;
        if (this._opcode === 0) {
          if (compressed) {
            const error = this.createError(
              RangeError,
              "RSV1 must be clear",
              true,
              1002,
              "WS_ERR_UNEXPECTED_RSV_1"
            );
            cb(error);
            return;
          }
          if (!this._fragmented) {
            const error = this.createError(
              RangeError,
              "invalid opcode 0",
              true,
              1002,
              "WS_ERR_INVALID_OPCODE"
            );
            cb(error);
            return;
          }
          this._opcode = this._fragmented;
        } else if (this._opcode === 1 || this._opcode === 2) {
          if (this._fragmented) {
            const error = this.createError(
              RangeError,
              `invalid opcode ${this._opcode}`,
              true,
              1002,
              "WS_ERR_INVALID_OPCODE"
            );
            cb(error);
            return;
          }
          this._compressed = compressed;
        } else if (this._opcode > 7 && this._opcode < 11) {
          if (!this._fin) {
            const error = this.createError(
              RangeError,
              "FIN must be set",
              true,
              1002,
              "WS_ERR_EXPECTED_FIN"
            );
            cb(error);
            return;
          }
          if (compressed) {
            const error = this.createError(
              RangeError,
              "RSV1 must be clear",
              true,
              1002,
              "WS_ERR_UNEXPECTED_RSV_1"
            );
            cb(error);
            return;
          }
          if (this._payloadLength > 125 || this._opcode === 8 && this._payloadLength === 1) {
            const error = this.createError(
              RangeError,
              `invalid payload length ${this._payloadLength}`,
              true,
              1002,
              "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"
            );
            cb(error);
            return;
          }
        } else {
          const error = this.createError(
            RangeError,
            `invalid opcode ${this._opcode}`,
            true,
            1002,
            "WS_ERR_INVALID_OPCODE"
          );
          cb(error);
          return;
        }
        if (!this._fin && !this._fragmented) this._fragmented = this._opcode;
        this._masked = (buf[1] & 128) === 128;
        if (this._isServer) {
          if (!this._masked) {
            const error = this.createError(
              RangeError,
              "MASK must be set",
              true,
              1002,
              "WS_ERR_EXPECTED_MASK"
            );
            cb(error);
            return;
          }
        } else if (this._masked) {
          const error = this.createError(
            RangeError,
            "MASK must be clear",
            true,
            1002,
            "WS_ERR_UNEXPECTED_MASK"
          );
          cb(error);
          return;
        }
        if (this._payloadLength === 126) this._state = GET_PAYLOAD_LENGTH_16;
        else if (this._payloadLength === 127) this._state = GET_PAYLOAD_LENGTH_64;
        else this.haveLength(cb);
      }
      /**
       * Gets extended payload length (7+16).
       *
       * @param {Function} cb Callback
       * @private
       */
      getPayloadLength16(cb) {
        if (this._bufferedBytes < 2) {
          this._loop = false;
          return;
        }
        this._payloadLength = this.consume(2).readUInt16BE(0);
        this.haveLength(cb);
      }
      /**
       * Gets extended payload length (7+64).
       *
       * @param {Function} cb Callback
       * @private
       */
      getPayloadLength64(cb) {
        if (this._bufferedBytes < 8) {
          this._loop = false;
          return;
        }
        const buf = this.consume(8);
        const num = buf.readUInt32BE(0);
        if (num > Math.pow(2, 53 - 32) - 1) {
          const error = this.createError(
            RangeError,
            "Unsupported WebSocket frame: payload length > 2^53 - 1",
            false,
            1009,
            "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"
          );
          cb(error);
          return;
        }
        this._payloadLength = num * Math.pow(2, 32) + buf.readUInt32BE(4);
        this.haveLength(cb);
      }
      /**
       * Payload length has been read.
       *
       * @param {Function} cb Callback
       * @private
       */
      haveLength(cb) {
        if (this._payloadLength && this._opcode < 8) {
          this._totalPayloadLength += this._payloadLength;
          if (this._totalPayloadLength > this._maxPayload && this._maxPayload > 0) {
            const error = this.createError(
              RangeError,
              "Max payload size exceeded",
              false,
              1009,
              "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"
            );
            cb(error);
            return;
          }
        }
        if (this._masked) this._state = GET_MASK;
        else this._state = GET_DATA;
      }
      /**
       * Reads mask bytes.
       *
       * @private
       */
      getMask() {
        if (this._bufferedBytes < 4) {
          this._loop = false;
          return;
        }
        this._mask = this.consume(4);
        this._state = GET_DATA;
      }
      /**
       * Reads data bytes.
       *
       * @param {Function} cb Callback
       * @private
       */
      getData(cb) {
        let data = EMPTY_BUFFER;
        if (this._payloadLength) {
          if (this._bufferedBytes < this._payloadLength) {
            this._loop = false;
            return;
          }
          data = this.consume(this._payloadLength);
          if (this._masked && (this._mask[0] | this._mask[1] | this._mask[2] | this._mask[3]) !== 0) {
            unmask(data, this._mask);
          }
        }
        if (this._opcode > 7) {
          this.controlMessage(data, cb);
          return;
        }
        if (this._maxFragments > 0 && ++this._numFragments > this._maxFragments) {
          const error = this.createError(
            RangeError,
            "Too many message fragments",
            false,
            1008,
            "WS_ERR_TOO_MANY_BUFFERED_PARTS"
          );
          cb(error);
          return;
        }
        if (this._compressed) {
          this._state = INFLATING;
          this.decompress(data, cb);
          return;
        }
        if (data.length) {
          this._messageLength = this._totalPayloadLength;
          this._fragments.push(data);
        }
        this.dataMessage(cb);
      }
      /**
       * Decompresses data.
       *
       * @param {Buffer} data Compressed data
       * @param {Function} cb Callback
       * @private
       */
      decompress(data, cb) {
        const perMessageDeflate = this._extensions[PerMessageDeflate2.extensionName];
        perMessageDeflate.decompress(data, this._fin, (err, buf) => {
          if (err) return cb(err);
          if (buf.length) {
            this._messageLength += buf.length;
            if (this._messageLength > this._maxPayload && this._maxPayload > 0) {
              const error = this.createError(
                RangeError,
                "Max payload size exceeded",
                false,
                1009,
                "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"
              );
              cb(error);
              return;
            }
            this._fragments.push(buf);
          }
          this.dataMessage(cb);
          if (this._state === GET_INFO) this.startLoop(cb);
        });
      }
      /**
       * Handles a data message.
       *
       * @param {Function} cb Callback
       * @private
       */
      dataMessage(cb) {
        if (!this._fin) {
          this._state = GET_INFO;
          return;
        }
        const messageLength = this._messageLength;
        const fragments = this._fragments;
        this._totalPayloadLength = 0;
        this._messageLength = 0;
        this._fragmented = 0;
        this._numFragments = 0;
        this._fragments = [];
        if (this._opcode === 2) {
          let data;
          if (this._binaryType === "nodebuffer") {
            data = concat(fragments, messageLength);
          } else if (this._binaryType === "arraybuffer") {
            data = toArrayBuffer(concat(fragments, messageLength));
          } else if (this._binaryType === "blob") {
            data = new Blob(fragments);
          } else {
            data = fragments;
          }
          if (this._allowSynchronousEvents) {
            this.emit("message", data, true);
            this._state = GET_INFO;
          } else {
            this._state = DEFER_EVENT;
            setImmediate(() => {
              this.emit("message", data, true);
              this._state = GET_INFO;
              this.startLoop(cb);
            });
          }
        } else {
          const buf = concat(fragments, messageLength);
          if (!this._skipUTF8Validation && !isValidUTF8(buf)) {
            const error = this.createError(
              Error,
              "invalid UTF-8 sequence",
              true,
              1007,
              "WS_ERR_INVALID_UTF8"
            );
            cb(error);
            return;
          }
          if (this._state === INFLATING || this._allowSynchronousEvents) {
            this.emit("message", buf, false);
            this._state = GET_INFO;
          } else {
            this._state = DEFER_EVENT;
            setImmediate(() => {
              this.emit("message", buf, false);
              this._state = GET_INFO;
              this.startLoop(cb);
            });
          }
        }
      }
      /**
       * Handles a control message.
       *
       * @param {Buffer} data Data to handle
       * @return {(Error|RangeError|undefined)} A possible error
       * @private
       */
      controlMessage(data, cb) {
        if (this._opcode === 8) {
          if (data.length === 0) {
            this._loop = false;
            this.emit("conclude", 1005, EMPTY_BUFFER);
            this.end();
          } else {
            const code = data.readUInt16BE(0);
            if (!isValidStatusCode(code)) {
              const error = this.createError(
                RangeError,
                `invalid status code ${code}`,
                true,
                1002,
                "WS_ERR_INVALID_CLOSE_CODE"
              );
              cb(error);
              return;
            }
            const buf = new FastBuffer(
              data.buffer,
              data.byteOffset + 2,
              data.length - 2
            );
            if (!this._skipUTF8Validation && !isValidUTF8(buf)) {
              const error = this.createError(
                Error,
                "invalid UTF-8 sequence",
                true,
                1007,
                "WS_ERR_INVALID_UTF8"
              );
              cb(error);
              return;
            }
            this._loop = false;
            this.emit("conclude", code, buf);
            this.end();
          }
          this._state = GET_INFO;
          return;
        }
        if (this._allowSynchronousEvents) {
          this.emit(this._opcode === 9 ? "ping" : "pong", data);
          this._state = GET_INFO;
        } else {
          this._state = DEFER_EVENT;
          setImmediate(() => {
            this.emit(this._opcode === 9 ? "ping" : "pong", data);
            this._state = GET_INFO;
            this.startLoop(cb);
          });
        }
      }
      /**
       * Builds an error object.
       *
       * @param {function(new:Error|RangeError)} ErrorCtor The error constructor
       * @param {String} message The error message
       * @param {Boolean} prefix Specifies whether or not to add a default prefix to
       *     `message`
       * @param {Number} statusCode The status code
       * @param {String} errorCode The exposed error code
       * @return {(Error|RangeError)} The error
       * @private
       */
      createError(ErrorCtor, message2, prefix, statusCode, errorCode2) {
        this._loop = false;
        this._errored = true;
        const err = new ErrorCtor(
          prefix ? `Invalid WebSocket frame: ${message2}` : message2
        );
        Error.captureStackTrace(err, this.createError);
        err.code = errorCode2;
        err[kStatusCode] = statusCode;
        return err;
      }
    };
    module2.exports = Receiver2;
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/sender.js
var require_sender = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/sender.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var { Duplex } = require("stream");
    var { randomFillSync } = require("crypto");
    var {
      types: { isUint8Array }
    } = require("util");
    var PerMessageDeflate2 = require_permessage_deflate();
    var { EMPTY_BUFFER, kWebSocket, NOOP } = require_constants();
    var { isBlob, isValidStatusCode } = require_validation();
    var { mask: applyMask, toBuffer: toBuffer2 } = require_buffer_util();
    var kByteLength = /* @__PURE__ */ Symbol("kByteLength");
    var maskBuffer = Buffer.alloc(4);
    var RANDOM_POOL_SIZE = 8 * 1024;
    var randomPool;
    var randomPoolPointer = RANDOM_POOL_SIZE;
    var DEFAULT = 0;
    var DEFLATING = 1;
    var GET_BLOB_DATA = 2;
    var Sender2 = class _Sender {
      /**
       * Creates a Sender instance.
       *
       * @param {Duplex} socket The connection socket
       * @param {Object} [extensions] An object containing the negotiated extensions
       * @param {Function} [generateMask] The function used to generate the masking
       *     key
       */
      constructor(socket, extensions, generateMask) {
        this._extensions = extensions || {};
        if (generateMask) {
          this._generateMask = generateMask;
          this._maskBuffer = Buffer.alloc(4);
        }
        this._socket = socket;
        this._firstFragment = true;
        this._compress = false;
        this._bufferedBytes = 0;
        this._queue = [];
        this._state = DEFAULT;
        this.onerror = NOOP;
        this[kWebSocket] = void 0;
      }
      /**
       * Frames a piece of data according to the HyBi WebSocket protocol.
       *
       * @param {(Buffer|String)} data The data to frame
       * @param {Object} options Options object
       * @param {Boolean} [options.fin=false] Specifies whether or not to set the
       *     FIN bit
       * @param {Function} [options.generateMask] The function used to generate the
       *     masking key
       * @param {Boolean} [options.mask=false] Specifies whether or not to mask
       *     `data`
       * @param {Buffer} [options.maskBuffer] The buffer used to store the masking
       *     key
       * @param {Number} options.opcode The opcode
       * @param {Boolean} [options.readOnly=false] Specifies whether `data` can be
       *     modified
       * @param {Boolean} [options.rsv1=false] Specifies whether or not to set the
       *     RSV1 bit
       * @return {(Buffer|String)[]} The framed data
       * @public
       */
      static frame(data, options) {
        let mask;
        let merge = false;
        let offset = 2;
        let skipMasking = false;
        if (options.mask) {
          mask = options.maskBuffer || maskBuffer;
          if (options.generateMask) {
            options.generateMask(mask);
          } else {
            if (randomPoolPointer === RANDOM_POOL_SIZE) {
              if (randomPool === void 0) {
                randomPool = Buffer.alloc(RANDOM_POOL_SIZE);
              }
              randomFillSync(randomPool, 0, RANDOM_POOL_SIZE);
              randomPoolPointer = 0;
            }
            mask[0] = randomPool[randomPoolPointer++];
            mask[1] = randomPool[randomPoolPointer++];
            mask[2] = randomPool[randomPoolPointer++];
            mask[3] = randomPool[randomPoolPointer++];
          }
          skipMasking = (mask[0] | mask[1] | mask[2] | mask[3]) === 0;
          offset = 6;
        }
        let dataLength;
        if (typeof data === "string") {
          if ((!options.mask || skipMasking) && options[kByteLength] !== void 0) {
            dataLength = options[kByteLength];
          } else {
            data = Buffer.from(data);
            dataLength = data.length;
          }
        } else {
          dataLength = data.length;
          merge = options.mask && options.readOnly && !skipMasking;
        }
        let payloadLength = dataLength;
        if (dataLength >= 65536) {
          offset += 8;
          payloadLength = 127;
        } else if (dataLength > 125) {
          offset += 2;
          payloadLength = 126;
        }
        const target = Buffer.allocUnsafe(merge ? dataLength + offset : offset);
        target[0] = options.fin ? options.opcode | 128 : options.opcode;
        if (options.rsv1) target[0] |= 64;
        target[1] = payloadLength;
        if (payloadLength === 126) {
          target.writeUInt16BE(dataLength, 2);
        } else if (payloadLength === 127) {
          target[2] = target[3] = 0;
          target.writeUIntBE(dataLength, 4, 6);
        }
        if (!options.mask) return [target, data];
        target[1] |= 128;
        target[offset - 4] = mask[0];
        target[offset - 3] = mask[1];
        target[offset - 2] = mask[2];
        target[offset - 1] = mask[3];
        if (skipMasking) return [target, data];
        if (merge) {
          applyMask(data, mask, target, offset, dataLength);
          return [target];
        }
        applyMask(data, mask, data, 0, dataLength);
        return [target, data];
      }
      /**
       * Sends a close message to the other peer.
       *
       * @param {Number} [code] The status code component of the body
       * @param {(String|Buffer)} [data] The message component of the body
       * @param {Boolean} [mask=false] Specifies whether or not to mask the message
       * @param {Function} [cb] Callback
       * @public
       */
      close(code, data, mask, cb) {
        let buf;
        if (code === void 0) {
          buf = EMPTY_BUFFER;
        } else if (typeof code !== "number" || !isValidStatusCode(code)) {
          throw new TypeError("First argument must be a valid error code number");
        } else if (data === void 0 || !data.length) {
          buf = Buffer.allocUnsafe(2);
          buf.writeUInt16BE(code, 0);
        } else {
          const length = Buffer.byteLength(data);
          if (length > 123) {
            throw new RangeError("The message must not be greater than 123 bytes");
          }
          buf = Buffer.allocUnsafe(2 + length);
          buf.writeUInt16BE(code, 0);
          if (typeof data === "string") {
            buf.write(data, 2);
          } else if (isUint8Array(data)) {
            buf.set(data, 2);
          } else {
            throw new TypeError("Second argument must be a string or a Uint8Array");
          }
        }
        const options = {
          [kByteLength]: buf.length,
          fin: true,
          generateMask: this._generateMask,
          mask,
          maskBuffer: this._maskBuffer,
          opcode: 8,
          readOnly: false,
          rsv1: false
        };
        if (this._state !== DEFAULT) {
          this.enqueue([this.dispatch, buf, false, options, cb]);
        } else {
          this.sendFrame(_Sender.frame(buf, options), cb);
        }
      }
      /**
       * Sends a ping message to the other peer.
       *
       * @param {*} data The message to send
       * @param {Boolean} [mask=false] Specifies whether or not to mask `data`
       * @param {Function} [cb] Callback
       * @public
       */
      ping(data, mask, cb) {
        let byteLength2;
        let readOnly;
        if (typeof data === "string") {
          byteLength2 = Buffer.byteLength(data);
          readOnly = false;
        } else if (isBlob(data)) {
          byteLength2 = data.size;
          readOnly = false;
        } else {
          data = toBuffer2(data);
          byteLength2 = data.length;
          readOnly = toBuffer2.readOnly;
        }
        if (byteLength2 > 125) {
          throw new RangeError("The data size must not be greater than 125 bytes");
        }
        const options = {
          [kByteLength]: byteLength2,
          fin: true,
          generateMask: this._generateMask,
          mask,
          maskBuffer: this._maskBuffer,
          opcode: 9,
          readOnly,
          rsv1: false
        };
        if (isBlob(data)) {
          if (this._state !== DEFAULT) {
            this.enqueue([this.getBlobData, data, false, options, cb]);
          } else {
            this.getBlobData(data, false, options, cb);
          }
        } else if (this._state !== DEFAULT) {
          this.enqueue([this.dispatch, data, false, options, cb]);
        } else {
          this.sendFrame(_Sender.frame(data, options), cb);
        }
      }
      /**
       * Sends a pong message to the other peer.
       *
       * @param {*} data The message to send
       * @param {Boolean} [mask=false] Specifies whether or not to mask `data`
       * @param {Function} [cb] Callback
       * @public
       */
      pong(data, mask, cb) {
        let byteLength2;
        let readOnly;
        if (typeof data === "string") {
          byteLength2 = Buffer.byteLength(data);
          readOnly = false;
        } else if (isBlob(data)) {
          byteLength2 = data.size;
          readOnly = false;
        } else {
          data = toBuffer2(data);
          byteLength2 = data.length;
          readOnly = toBuffer2.readOnly;
        }
        if (byteLength2 > 125) {
          throw new RangeError("The data size must not be greater than 125 bytes");
        }
        const options = {
          [kByteLength]: byteLength2,
          fin: true,
          generateMask: this._generateMask,
          mask,
          maskBuffer: this._maskBuffer,
          opcode: 10,
          readOnly,
          rsv1: false
        };
        if (isBlob(data)) {
          if (this._state !== DEFAULT) {
            this.enqueue([this.getBlobData, data, false, options, cb]);
          } else {
            this.getBlobData(data, false, options, cb);
          }
        } else if (this._state !== DEFAULT) {
          this.enqueue([this.dispatch, data, false, options, cb]);
        } else {
          this.sendFrame(_Sender.frame(data, options), cb);
        }
      }
      /**
       * Sends a data message to the other peer.
       *
       * @param {*} data The message to send
       * @param {Object} options Options object
       * @param {Boolean} [options.binary=false] Specifies whether `data` is binary
       *     or text
       * @param {Boolean} [options.compress=false] Specifies whether or not to
       *     compress `data`
       * @param {Boolean} [options.fin=false] Specifies whether the fragment is the
       *     last one
       * @param {Boolean} [options.mask=false] Specifies whether or not to mask
       *     `data`
       * @param {Function} [cb] Callback
       * @public
       */
      send(data, options, cb) {
        const perMessageDeflate = this._extensions[PerMessageDeflate2.extensionName];
        let opcode = options.binary ? 2 : 1;
        let rsv1 = options.compress;
        let byteLength2;
        let readOnly;
        if (typeof data === "string") {
          byteLength2 = Buffer.byteLength(data);
          readOnly = false;
        } else if (isBlob(data)) {
          byteLength2 = data.size;
          readOnly = false;
        } else {
          data = toBuffer2(data);
          byteLength2 = data.length;
          readOnly = toBuffer2.readOnly;
        }
        if (this._firstFragment) {
          this._firstFragment = false;
          if (rsv1 && perMessageDeflate && perMessageDeflate.params[perMessageDeflate._isServer ? "server_no_context_takeover" : "client_no_context_takeover"]) {
            rsv1 = byteLength2 >= perMessageDeflate._threshold;
          }
          this._compress = rsv1;
        } else {
          rsv1 = false;
          opcode = 0;
        }
        if (options.fin) this._firstFragment = true;
        const opts = {
          [kByteLength]: byteLength2,
          fin: options.fin,
          generateMask: this._generateMask,
          mask: options.mask,
          maskBuffer: this._maskBuffer,
          opcode,
          readOnly,
          rsv1
        };
        if (isBlob(data)) {
          if (this._state !== DEFAULT) {
            this.enqueue([this.getBlobData, data, this._compress, opts, cb]);
          } else {
            this.getBlobData(data, this._compress, opts, cb);
          }
        } else if (this._state !== DEFAULT) {
          this.enqueue([this.dispatch, data, this._compress, opts, cb]);
        } else {
          this.dispatch(data, this._compress, opts, cb);
        }
      }
      /**
       * Gets the contents of a blob as binary data.
       *
       * @param {Blob} blob The blob
       * @param {Boolean} [compress=false] Specifies whether or not to compress
       *     the data
       * @param {Object} options Options object
       * @param {Boolean} [options.fin=false] Specifies whether or not to set the
       *     FIN bit
       * @param {Function} [options.generateMask] The function used to generate the
       *     masking key
       * @param {Boolean} [options.mask=false] Specifies whether or not to mask
       *     `data`
       * @param {Buffer} [options.maskBuffer] The buffer used to store the masking
       *     key
       * @param {Number} options.opcode The opcode
       * @param {Boolean} [options.readOnly=false] Specifies whether `data` can be
       *     modified
       * @param {Boolean} [options.rsv1=false] Specifies whether or not to set the
       *     RSV1 bit
       * @param {Function} [cb] Callback
       * @private
       */
      getBlobData(blob, compress2, options, cb) {
        this._bufferedBytes += options[kByteLength];
        this._state = GET_BLOB_DATA;
        blob.arrayBuffer().then((arrayBuffer) => {
          if (this._socket.destroyed) {
            const err = new Error(
              "The socket was closed while the blob was being read"
            );
            process.nextTick(callCallbacks, this, err, cb);
            return;
          }
          this._bufferedBytes -= options[kByteLength];
          const data = toBuffer2(arrayBuffer);
          if (!compress2) {
            this._state = DEFAULT;
            this.sendFrame(_Sender.frame(data, options), cb);
            this.dequeue();
          } else {
            this.dispatch(data, compress2, options, cb);
          }
        }).catch((err) => {
          process.nextTick(onError, this, err, cb);
        });
      }
      /**
       * Dispatches a message.
       *
       * @param {(Buffer|String)} data The message to send
       * @param {Boolean} [compress=false] Specifies whether or not to compress
       *     `data`
       * @param {Object} options Options object
       * @param {Boolean} [options.fin=false] Specifies whether or not to set the
       *     FIN bit
       * @param {Function} [options.generateMask] The function used to generate the
       *     masking key
       * @param {Boolean} [options.mask=false] Specifies whether or not to mask
       *     `data`
       * @param {Buffer} [options.maskBuffer] The buffer used to store the masking
       *     key
       * @param {Number} options.opcode The opcode
       * @param {Boolean} [options.readOnly=false] Specifies whether `data` can be
       *     modified
       * @param {Boolean} [options.rsv1=false] Specifies whether or not to set the
       *     RSV1 bit
       * @param {Function} [cb] Callback
       * @private
       */
      dispatch(data, compress2, options, cb) {
        if (!compress2) {
          this.sendFrame(_Sender.frame(data, options), cb);
          return;
        }
        const perMessageDeflate = this._extensions[PerMessageDeflate2.extensionName];
        this._bufferedBytes += options[kByteLength];
        this._state = DEFLATING;
        perMessageDeflate.compress(data, options.fin, (_, buf) => {
          if (this._socket.destroyed) {
            const err = new Error(
              "The socket was closed while data was being compressed"
            );
            callCallbacks(this, err, cb);
            return;
          }
          this._bufferedBytes -= options[kByteLength];
          this._state = DEFAULT;
          options.readOnly = false;
          this.sendFrame(_Sender.frame(buf, options), cb);
          this.dequeue();
        });
      }
      /**
       * Executes queued send operations.
       *
       * @private
       */
      dequeue() {
        while (this._state === DEFAULT && this._queue.length) {
          const params = this._queue.shift();
          this._bufferedBytes -= params[3][kByteLength];
          Reflect.apply(params[0], this, params.slice(1));
        }
      }
      /**
       * Enqueues a send operation.
       *
       * @param {Array} params Send operation parameters.
       * @private
       */
      enqueue(params) {
        this._bufferedBytes += params[3][kByteLength];
        this._queue.push(params);
      }
      /**
       * Sends a frame.
       *
       * @param {(Buffer | String)[]} list The frame to send
       * @param {Function} [cb] Callback
       * @private
       */
      sendFrame(list, cb) {
        if (list.length === 2) {
          this._socket.cork();
          this._socket.write(list[0]);
          this._socket.write(list[1], cb);
          this._socket.uncork();
        } else {
          this._socket.write(list[0], cb);
        }
      }
    };
    module2.exports = Sender2;
    function callCallbacks(sender, err, cb) {
      if (typeof cb === "function") cb(err);
      for (let i = 0; i < sender._queue.length; i++) {
        const params = sender._queue[i];
        const callback = params[params.length - 1];
        if (typeof callback === "function") callback(err);
      }
    }
    function onError(sender, err, cb) {
      callCallbacks(sender, err, cb);
      sender.onerror(err);
    }
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/event-target.js
var require_event_target = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/event-target.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var { kForOnEventAttribute, kListener } = require_constants();
    var kCode = /* @__PURE__ */ Symbol("kCode");
    var kData = /* @__PURE__ */ Symbol("kData");
    var kError = /* @__PURE__ */ Symbol("kError");
    var kMessage = /* @__PURE__ */ Symbol("kMessage");
    var kReason = /* @__PURE__ */ Symbol("kReason");
    var kTarget = /* @__PURE__ */ Symbol("kTarget");
    var kType = /* @__PURE__ */ Symbol("kType");
    var kWasClean = /* @__PURE__ */ Symbol("kWasClean");
    var Event = class {
      /**
       * Create a new `Event`.
       *
       * @param {String} type The name of the event
       * @throws {TypeError} If the `type` argument is not specified
       */
      constructor(type) {
        this[kTarget] = null;
        this[kType] = type;
      }
      /**
       * @type {*}
       */
      get target() {
        return this[kTarget];
      }
      /**
       * @type {String}
       */
      get type() {
        return this[kType];
      }
    };
    Object.defineProperty(Event.prototype, "target", { enumerable: true });
    Object.defineProperty(Event.prototype, "type", { enumerable: true });
    var CloseEvent = class extends Event {
      /**
       * Create a new `CloseEvent`.
       *
       * @param {String} type The name of the event
       * @param {Object} [options] A dictionary object that allows for setting
       *     attributes via object members of the same name
       * @param {Number} [options.code=0] The status code explaining why the
       *     connection was closed
       * @param {String} [options.reason=''] A human-readable string explaining why
       *     the connection was closed
       * @param {Boolean} [options.wasClean=false] Indicates whether or not the
       *     connection was cleanly closed
       */
      constructor(type, options = {}) {
        super(type);
        this[kCode] = options.code === void 0 ? 0 : options.code;
        this[kReason] = options.reason === void 0 ? "" : options.reason;
        this[kWasClean] = options.wasClean === void 0 ? false : options.wasClean;
      }
      /**
       * @type {Number}
       */
      get code() {
        return this[kCode];
      }
      /**
       * @type {String}
       */
      get reason() {
        return this[kReason];
      }
      /**
       * @type {Boolean}
       */
      get wasClean() {
        return this[kWasClean];
      }
    };
    Object.defineProperty(CloseEvent.prototype, "code", { enumerable: true });
    Object.defineProperty(CloseEvent.prototype, "reason", { enumerable: true });
    Object.defineProperty(CloseEvent.prototype, "wasClean", { enumerable: true });
    var ErrorEvent = class extends Event {
      /**
       * Create a new `ErrorEvent`.
       *
       * @param {String} type The name of the event
       * @param {Object} [options] A dictionary object that allows for setting
       *     attributes via object members of the same name
       * @param {*} [options.error=null] The error that generated this event
       * @param {String} [options.message=''] The error message
       */
      constructor(type, options = {}) {
        super(type);
        this[kError] = options.error === void 0 ? null : options.error;
        this[kMessage] = options.message === void 0 ? "" : options.message;
      }
      /**
       * @type {*}
       */
      get error() {
        return this[kError];
      }
      /**
       * @type {String}
       */
      get message() {
        return this[kMessage];
      }
    };
    Object.defineProperty(ErrorEvent.prototype, "error", { enumerable: true });
    Object.defineProperty(ErrorEvent.prototype, "message", { enumerable: true });
    var MessageEvent = class extends Event {
      /**
       * Create a new `MessageEvent`.
       *
       * @param {String} type The name of the event
       * @param {Object} [options] A dictionary object that allows for setting
       *     attributes via object members of the same name
       * @param {*} [options.data=null] The message content
       */
      constructor(type, options = {}) {
        super(type);
        this[kData] = options.data === void 0 ? null : options.data;
      }
      /**
       * @type {*}
       */
      get data() {
        return this[kData];
      }
    };
    Object.defineProperty(MessageEvent.prototype, "data", { enumerable: true });
    var EventTarget = {
      /**
       * Register an event listener.
       *
       * @param {String} type A string representing the event type to listen for
       * @param {(Function|Object)} handler The listener to add
       * @param {Object} [options] An options object specifies characteristics about
       *     the event listener
       * @param {Boolean} [options.once=false] A `Boolean` indicating that the
       *     listener should be invoked at most once after being added. If `true`,
       *     the listener would be automatically removed when invoked.
       * @public
       */
      addEventListener(type, handler, options = {}) {
        for (const listener of this.listeners(type)) {
          if (!options[kForOnEventAttribute] && listener[kListener] === handler && !listener[kForOnEventAttribute]) {
            return;
          }
        }
        let wrapper;
        if (type === "message") {
          wrapper = function onMessage(data, isBinary2) {
            const event = new MessageEvent("message", {
              data: isBinary2 ? data : data.toString()
            });
            event[kTarget] = this;
            callListener(handler, this, event);
          };
        } else if (type === "close") {
          wrapper = function onClose(code, message2) {
            const event = new CloseEvent("close", {
              code,
              reason: message2.toString(),
              wasClean: this._closeFrameReceived && this._closeFrameSent
            });
            event[kTarget] = this;
            callListener(handler, this, event);
          };
        } else if (type === "error") {
          wrapper = function onError(error) {
            const event = new ErrorEvent("error", {
              error,
              message: error.message
            });
            event[kTarget] = this;
            callListener(handler, this, event);
          };
        } else if (type === "open") {
          wrapper = function onOpen() {
            const event = new Event("open");
            event[kTarget] = this;
            callListener(handler, this, event);
          };
        } else {
          return;
        }
        wrapper[kForOnEventAttribute] = !!options[kForOnEventAttribute];
        wrapper[kListener] = handler;
        if (options.once) {
          this.once(type, wrapper);
        } else {
          this.on(type, wrapper);
        }
      },
      /**
       * Remove an event listener.
       *
       * @param {String} type A string representing the event type to remove
       * @param {(Function|Object)} handler The listener to remove
       * @public
       */
      removeEventListener(type, handler) {
        for (const listener of this.listeners(type)) {
          if (listener[kListener] === handler && !listener[kForOnEventAttribute]) {
            this.removeListener(type, listener);
            break;
          }
        }
      }
    };
    module2.exports = {
      CloseEvent,
      ErrorEvent,
      Event,
      EventTarget,
      MessageEvent
    };
    function callListener(listener, thisArg, event) {
      if (typeof listener === "object" && listener.handleEvent) {
        listener.handleEvent.call(listener, event);
      } else {
        listener.call(thisArg, event);
      }
    }
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/extension.js
var require_extension = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/extension.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var { tokenChars } = require_validation();
    function push2(dest, name, elem) {
      if (dest[name] === void 0) dest[name] = [elem];
      else dest[name].push(elem);
    }
    function parse3(header2) {
      const offers = /* @__PURE__ */ Object.create(null);
      let params = /* @__PURE__ */ Object.create(null);
      let mustUnescape = false;
      let isEscaping = false;
      let inQuotes = false;
      let extensionName;
      let paramName;
      let start = -1;
      let code = -1;
      let end = -1;
      let i = 0;
      for (; i < header2.length; i++) {
        code = header2.charCodeAt(i);
        if (extensionName === void 0) {
          if (end === -1 && tokenChars[code] === 1) {
            if (start === -1) start = i;
          } else if (i !== 0 && (code === 32 || code === 9)) {
            if (end === -1 && start !== -1) end = i;
          } else if (code === 59 || code === 44) {
            if (start === -1) {
              throw new SyntaxError(`Unexpected character at index ${i}`);
            }
            if (end === -1) end = i;
            const name = header2.slice(start, end);
            if (code === 44) {
              push2(offers, name, params);
              params = /* @__PURE__ */ Object.create(null);
            } else {
              extensionName = name;
            }
            start = end = -1;
          } else {
            throw new SyntaxError(`Unexpected character at index ${i}`);
          }
        } else if (paramName === void 0) {
          if (end === -1 && tokenChars[code] === 1) {
            if (start === -1) start = i;
          } else if (code === 32 || code === 9) {
            if (end === -1 && start !== -1) end = i;
          } else if (code === 59 || code === 44) {
            if (start === -1) {
              throw new SyntaxError(`Unexpected character at index ${i}`);
            }
            if (end === -1) end = i;
            push2(params, header2.slice(start, end), true);
            if (code === 44) {
              push2(offers, extensionName, params);
              params = /* @__PURE__ */ Object.create(null);
              extensionName = void 0;
            }
            start = end = -1;
          } else if (code === 61 && start !== -1 && end === -1) {
            paramName = header2.slice(start, i);
            start = end = -1;
          } else {
            throw new SyntaxError(`Unexpected character at index ${i}`);
          }
        } else {
          if (isEscaping) {
            if (tokenChars[code] !== 1) {
              throw new SyntaxError(`Unexpected character at index ${i}`);
            }
            if (start === -1) start = i;
            else if (!mustUnescape) mustUnescape = true;
            isEscaping = false;
          } else if (inQuotes) {
            if (tokenChars[code] === 1) {
              if (start === -1) start = i;
            } else if (code === 34 && start !== -1) {
              inQuotes = false;
              end = i;
            } else if (code === 92) {
              isEscaping = true;
            } else {
              throw new SyntaxError(`Unexpected character at index ${i}`);
            }
          } else if (code === 34 && header2.charCodeAt(i - 1) === 61) {
            inQuotes = true;
          } else if (end === -1 && tokenChars[code] === 1) {
            if (start === -1) start = i;
          } else if (start !== -1 && (code === 32 || code === 9)) {
            if (end === -1) end = i;
          } else if (code === 59 || code === 44) {
            if (start === -1) {
              throw new SyntaxError(`Unexpected character at index ${i}`);
            }
            if (end === -1) end = i;
            let value2 = header2.slice(start, end);
            if (mustUnescape) {
              value2 = value2.replace(/\\/g, "");
              mustUnescape = false;
            }
            push2(params, paramName, value2);
            if (code === 44) {
              push2(offers, extensionName, params);
              params = /* @__PURE__ */ Object.create(null);
              extensionName = void 0;
            }
            paramName = void 0;
            start = end = -1;
          } else {
            throw new SyntaxError(`Unexpected character at index ${i}`);
          }
        }
      }
      if (start === -1 || inQuotes || code === 32 || code === 9) {
        throw new SyntaxError("Unexpected end of input");
      }
      if (end === -1) end = i;
      const token = header2.slice(start, end);
      if (extensionName === void 0) {
        push2(offers, token, params);
      } else {
        if (paramName === void 0) {
          push2(params, token, true);
        } else if (mustUnescape) {
          push2(params, paramName, token.replace(/\\/g, ""));
        } else {
          push2(params, paramName, token);
        }
        push2(offers, extensionName, params);
      }
      return offers;
    }
    function format(extensions) {
      return Object.keys(extensions).map((extension2) => {
        let configurations = extensions[extension2];
        if (!Array.isArray(configurations)) configurations = [configurations];
        return configurations.map((params) => {
          return [extension2].concat(
            Object.keys(params).map((k) => {
              let values = params[k];
              if (!Array.isArray(values)) values = [values];
              return values.map((v) => v === true ? k : `${k}=${v}`).join("; ");
            })
          ).join("; ");
        }).join(", ");
      }).join(", ");
    }
    module2.exports = { format, parse: parse3 };
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/websocket.js
var require_websocket = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/websocket.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var EventEmitter = require("events");
    var https = require("https");
    var http = require("http");
    var net = require("net");
    var tls = require("tls");
    var { randomBytes, createHash: createHash3 } = require("crypto");
    var { Duplex, Readable } = require("stream");
    var { URL: URL2 } = require("url");
    var PerMessageDeflate2 = require_permessage_deflate();
    var Receiver2 = require_receiver();
    var Sender2 = require_sender();
    var { isBlob } = require_validation();
    var {
      BINARY_TYPES,
      CLOSE_TIMEOUT,
      EMPTY_BUFFER,
      GUID,
      kForOnEventAttribute,
      kListener,
      kStatusCode,
      kWebSocket,
      NOOP
    } = require_constants();
    var {
      EventTarget: { addEventListener: addEventListener2, removeEventListener: removeEventListener2 }
    } = require_event_target();
    var { format, parse: parse3 } = require_extension();
    var { toBuffer: toBuffer2 } = require_buffer_util();
    var kAborted = /* @__PURE__ */ Symbol("kAborted");
    var protocolVersions = [8, 13];
    var readyStates = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];
    var subprotocolRegex = /^[!#$%&'*+\-.0-9A-Z^_`|a-z~]+$/;
    var WebSocket2 = class _WebSocket extends EventEmitter {
      /**
       * Create a new `WebSocket`.
       *
       * @param {(String|URL)} address The URL to which to connect
       * @param {(String|String[])} [protocols] The subprotocols
       * @param {Object} [options] Connection options
       */
      constructor(address, protocols, options) {
        super();
        this._binaryType = BINARY_TYPES[0];
        this._closeCode = 1006;
        this._closeFrameReceived = false;
        this._closeFrameSent = false;
        this._closeMessage = EMPTY_BUFFER;
        this._closeTimer = null;
        this._errorEmitted = false;
        this._extensions = {};
        this._paused = false;
        this._protocol = "";
        this._readyState = _WebSocket.CONNECTING;
        this._receiver = null;
        this._sender = null;
        this._socket = null;
        if (address !== null) {
          this._bufferedAmount = 0;
          this._isServer = false;
          this._redirects = 0;
          if (protocols === void 0) {
            protocols = [];
          } else if (!Array.isArray(protocols)) {
            if (typeof protocols === "object" && protocols !== null) {
              options = protocols;
              protocols = [];
            } else {
              protocols = [protocols];
            }
          }
          initAsClient(this, address, protocols, options);
        } else {
          this._autoPong = options.autoPong;
          this._closeTimeout = options.closeTimeout;
          this._isServer = true;
        }
      }
      /**
       * For historical reasons, the custom "nodebuffer" type is used by the default
       * instead of "blob".
       *
       * @type {String}
       */
      get binaryType() {
        return this._binaryType;
      }
      set binaryType(type) {
        if (!BINARY_TYPES.includes(type)) return;
        this._binaryType = type;
        if (this._receiver) this._receiver._binaryType = type;
      }
      /**
       * @type {Number}
       */
      get bufferedAmount() {
        if (!this._socket) return this._bufferedAmount;
        return this._socket._writableState.length + this._sender._bufferedBytes;
      }
      /**
       * @type {String}
       */
      get extensions() {
        return Object.keys(this._extensions).join();
      }
      /**
       * @type {Boolean}
       */
      get isPaused() {
        return this._paused;
      }
      /**
       * @type {Function}
       */
      /* istanbul ignore next */
      get onclose() {
        return null;
      }
      /**
       * @type {Function}
       */
      /* istanbul ignore next */
      get onerror() {
        return null;
      }
      /**
       * @type {Function}
       */
      /* istanbul ignore next */
      get onopen() {
        return null;
      }
      /**
       * @type {Function}
       */
      /* istanbul ignore next */
      get onmessage() {
        return null;
      }
      /**
       * @type {String}
       */
      get protocol() {
        return this._protocol;
      }
      /**
       * @type {Number}
       */
      get readyState() {
        return this._readyState;
      }
      /**
       * @type {String}
       */
      get url() {
        return this._url;
      }
      /**
       * Set up the socket and the internal resources.
       *
       * @param {Duplex} socket The network socket between the server and client
       * @param {Buffer} head The first packet of the upgraded stream
       * @param {Object} options Options object
       * @param {Boolean} [options.allowSynchronousEvents=false] Specifies whether
       *     any of the `'message'`, `'ping'`, and `'pong'` events can be emitted
       *     multiple times in the same tick
       * @param {Function} [options.generateMask] The function used to generate the
       *     masking key
       * @param {Number} [options.maxBufferedChunks=0] The maximum number of
       *     buffered data chunks
       * @param {Number} [options.maxFragments=0] The maximum number of message
       *     fragments
       * @param {Number} [options.maxPayload=0] The maximum allowed message size
       * @param {Boolean} [options.skipUTF8Validation=false] Specifies whether or
       *     not to skip UTF-8 validation for text and close messages
       * @private
       */
      setSocket(socket, head2, options) {
        const receiver = new Receiver2({
          allowSynchronousEvents: options.allowSynchronousEvents,
          binaryType: this.binaryType,
          extensions: this._extensions,
          isServer: this._isServer,
          maxBufferedChunks: options.maxBufferedChunks,
          maxFragments: options.maxFragments,
          maxPayload: options.maxPayload,
          skipUTF8Validation: options.skipUTF8Validation
        });
        const sender = new Sender2(socket, this._extensions, options.generateMask);
        this._receiver = receiver;
        this._sender = sender;
        this._socket = socket;
        receiver[kWebSocket] = this;
        sender[kWebSocket] = this;
        socket[kWebSocket] = this;
        receiver.on("conclude", receiverOnConclude);
        receiver.on("drain", receiverOnDrain);
        receiver.on("error", receiverOnError);
        receiver.on("message", receiverOnMessage);
        receiver.on("ping", receiverOnPing);
        receiver.on("pong", receiverOnPong);
        sender.onerror = senderOnError;
        if (socket.setTimeout) socket.setTimeout(0);
        if (socket.setNoDelay) socket.setNoDelay();
        if (head2.length > 0) socket.unshift(head2);
        socket.on("close", socketOnClose);
        socket.on("data", socketOnData);
        socket.on("end", socketOnEnd);
        socket.on("error", socketOnError);
        this._readyState = _WebSocket.OPEN;
        this.emit("open");
      }
      /**
       * Emit the `'close'` event.
       *
       * @private
       */
      emitClose() {
        if (!this._socket) {
          this._readyState = _WebSocket.CLOSED;
          this.emit("close", this._closeCode, this._closeMessage);
          return;
        }
        if (this._extensions[PerMessageDeflate2.extensionName]) {
          this._extensions[PerMessageDeflate2.extensionName].cleanup();
        }
        this._receiver.removeAllListeners();
        this._readyState = _WebSocket.CLOSED;
        this.emit("close", this._closeCode, this._closeMessage);
      }
      /**
       * Start a closing handshake.
       *
       *          +----------+   +-----------+   +----------+
       *     - - -|ws.close()|-->|close frame|-->|ws.close()|- - -
       *    |     +----------+   +-----------+   +----------+     |
       *          +----------+   +-----------+         |
       * CLOSING  |ws.close()|<--|close frame|<--+-----+       CLOSING
       *          +----------+   +-----------+   |
       *    |           |                        |   +---+        |
       *                +------------------------+-->|fin| - - - -
       *    |         +---+                      |   +---+
       *     - - - - -|fin|<---------------------+
       *              +---+
       *
       * @param {Number} [code] Status code explaining why the connection is closing
       * @param {(String|Buffer)} [data] The reason why the connection is
       *     closing
       * @public
       */
      close(code, data) {
        if (this.readyState === _WebSocket.CLOSED) return;
        if (this.readyState === _WebSocket.CONNECTING) {
          const msg = "WebSocket was closed before the connection was established";
          abortHandshake(this, this._req, msg);
          return;
        }
        if (this.readyState === _WebSocket.CLOSING) {
          if (this._closeFrameSent && (this._closeFrameReceived || this._receiver._writableState.errorEmitted)) {
            this._socket.end();
          }
          return;
        }
        this._readyState = _WebSocket.CLOSING;
        this._sender.close(code, data, !this._isServer, (err) => {
          if (err) return;
          this._closeFrameSent = true;
          if (this._closeFrameReceived || this._receiver._writableState.errorEmitted) {
            this._socket.end();
          }
        });
        setCloseTimer(this);
      }
      /**
       * Pause the socket.
       *
       * @public
       */
      pause() {
        if (this.readyState === _WebSocket.CONNECTING || this.readyState === _WebSocket.CLOSED) {
          return;
        }
        this._paused = true;
        this._socket.pause();
      }
      /**
       * Send a ping.
       *
       * @param {*} [data] The data to send
       * @param {Boolean} [mask] Indicates whether or not to mask `data`
       * @param {Function} [cb] Callback which is executed when the ping is sent
       * @public
       */
      ping(data, mask, cb) {
        if (this.readyState === _WebSocket.CONNECTING) {
          throw new Error("WebSocket is not open: readyState 0 (CONNECTING)");
        }
        if (typeof data === "function") {
          cb = data;
          data = mask = void 0;
        } else if (typeof mask === "function") {
          cb = mask;
          mask = void 0;
        }
        if (typeof data === "number") data = data.toString();
        if (this.readyState !== _WebSocket.OPEN) {
          sendAfterClose(this, data, cb);
          return;
        }
        if (mask === void 0) mask = !this._isServer;
        this._sender.ping(data || EMPTY_BUFFER, mask, cb);
      }
      /**
       * Send a pong.
       *
       * @param {*} [data] The data to send
       * @param {Boolean} [mask] Indicates whether or not to mask `data`
       * @param {Function} [cb] Callback which is executed when the pong is sent
       * @public
       */
      pong(data, mask, cb) {
        if (this.readyState === _WebSocket.CONNECTING) {
          throw new Error("WebSocket is not open: readyState 0 (CONNECTING)");
        }
        if (typeof data === "function") {
          cb = data;
          data = mask = void 0;
        } else if (typeof mask === "function") {
          cb = mask;
          mask = void 0;
        }
        if (typeof data === "number") data = data.toString();
        if (this.readyState !== _WebSocket.OPEN) {
          sendAfterClose(this, data, cb);
          return;
        }
        if (mask === void 0) mask = !this._isServer;
        this._sender.pong(data || EMPTY_BUFFER, mask, cb);
      }
      /**
       * Resume the socket.
       *
       * @public
       */
      resume() {
        if (this.readyState === _WebSocket.CONNECTING || this.readyState === _WebSocket.CLOSED) {
          return;
        }
        this._paused = false;
        if (!this._receiver._writableState.needDrain) this._socket.resume();
      }
      /**
       * Send a data message.
       *
       * @param {*} data The message to send
       * @param {Object} [options] Options object
       * @param {Boolean} [options.binary] Specifies whether `data` is binary or
       *     text
       * @param {Boolean} [options.compress] Specifies whether or not to compress
       *     `data`
       * @param {Boolean} [options.fin=true] Specifies whether the fragment is the
       *     last one
       * @param {Boolean} [options.mask] Specifies whether or not to mask `data`
       * @param {Function} [cb] Callback which is executed when data is written out
       * @public
       */
      send(data, options, cb) {
        if (this.readyState === _WebSocket.CONNECTING) {
          throw new Error("WebSocket is not open: readyState 0 (CONNECTING)");
        }
        if (typeof options === "function") {
          cb = options;
          options = {};
        }
        if (typeof data === "number") data = data.toString();
        if (this.readyState !== _WebSocket.OPEN) {
          sendAfterClose(this, data, cb);
          return;
        }
        const opts = {
          binary: typeof data !== "string",
          mask: !this._isServer,
          compress: true,
          fin: true,
          ...options
        };
        if (!this._extensions[PerMessageDeflate2.extensionName]) {
          opts.compress = false;
        }
        this._sender.send(data || EMPTY_BUFFER, opts, cb);
      }
      /**
       * Forcibly close the connection.
       *
       * @public
       */
      terminate() {
        if (this.readyState === _WebSocket.CLOSED) return;
        if (this.readyState === _WebSocket.CONNECTING) {
          const msg = "WebSocket was closed before the connection was established";
          abortHandshake(this, this._req, msg);
          return;
        }
        if (this._socket) {
          this._readyState = _WebSocket.CLOSING;
          this._socket.destroy();
        }
      }
    };
    Object.defineProperty(WebSocket2, "CONNECTING", {
      enumerable: true,
      value: readyStates.indexOf("CONNECTING")
    });
    Object.defineProperty(WebSocket2.prototype, "CONNECTING", {
      enumerable: true,
      value: readyStates.indexOf("CONNECTING")
    });
    Object.defineProperty(WebSocket2, "OPEN", {
      enumerable: true,
      value: readyStates.indexOf("OPEN")
    });
    Object.defineProperty(WebSocket2.prototype, "OPEN", {
      enumerable: true,
      value: readyStates.indexOf("OPEN")
    });
    Object.defineProperty(WebSocket2, "CLOSING", {
      enumerable: true,
      value: readyStates.indexOf("CLOSING")
    });
    Object.defineProperty(WebSocket2.prototype, "CLOSING", {
      enumerable: true,
      value: readyStates.indexOf("CLOSING")
    });
    Object.defineProperty(WebSocket2, "CLOSED", {
      enumerable: true,
      value: readyStates.indexOf("CLOSED")
    });
    Object.defineProperty(WebSocket2.prototype, "CLOSED", {
      enumerable: true,
      value: readyStates.indexOf("CLOSED")
    });
    [
      "binaryType",
      "bufferedAmount",
      "extensions",
      "isPaused",
      "protocol",
      "readyState",
      "url"
    ].forEach((property) => {
      Object.defineProperty(WebSocket2.prototype, property, { enumerable: true });
    });
    ["open", "error", "close", "message"].forEach((method) => {
      Object.defineProperty(WebSocket2.prototype, `on${method}`, {
        enumerable: true,
        get() {
          for (const listener of this.listeners(method)) {
            if (listener[kForOnEventAttribute]) return listener[kListener];
          }
          return null;
        },
        set(handler) {
          for (const listener of this.listeners(method)) {
            if (listener[kForOnEventAttribute]) {
              this.removeListener(method, listener);
              break;
            }
          }
          if (typeof handler !== "function") return;
          this.addEventListener(method, handler, {
            [kForOnEventAttribute]: true
          });
        }
      });
    });
    WebSocket2.prototype.addEventListener = addEventListener2;
    WebSocket2.prototype.removeEventListener = removeEventListener2;
    module2.exports = WebSocket2;
    function initAsClient(websocket, address, protocols, options) {
      const opts = {
        allowSynchronousEvents: true,
        autoPong: true,
        closeTimeout: CLOSE_TIMEOUT,
        protocolVersion: protocolVersions[1],
        maxBufferedChunks: 256 * 1024,
        maxFragments: 16 * 1024,
        maxPayload: 100 * 1024 * 1024,
        skipUTF8Validation: false,
        perMessageDeflate: true,
        followRedirects: false,
        maxRedirects: 10,
        ...options,
        socketPath: void 0,
        hostname: void 0,
        protocol: void 0,
        timeout: void 0,
        method: "GET",
        host: void 0,
        path: void 0,
        port: void 0
      };
      websocket._autoPong = opts.autoPong;
      websocket._closeTimeout = opts.closeTimeout;
      if (!protocolVersions.includes(opts.protocolVersion)) {
        throw new RangeError(
          `Unsupported protocol version: ${opts.protocolVersion} (supported versions: ${protocolVersions.join(", ")})`
        );
      }
      let parsedUrl;
      if (address instanceof URL2) {
        parsedUrl = address;
      } else {
        try {
          parsedUrl = new URL2(address);
        } catch {
          throw new SyntaxError(`Invalid URL: ${address}`);
        }
      }
      if (parsedUrl.protocol === "http:") {
        parsedUrl.protocol = "ws:";
      } else if (parsedUrl.protocol === "https:") {
        parsedUrl.protocol = "wss:";
      }
      websocket._url = parsedUrl.href;
      const isSecure = parsedUrl.protocol === "wss:";
      const isIpcUrl = parsedUrl.protocol === "ws+unix:";
      let invalidUrlMessage;
      if (parsedUrl.protocol !== "ws:" && !isSecure && !isIpcUrl) {
        invalidUrlMessage = `The URL's protocol must be one of "ws:", "wss:", "http:", "https:", or "ws+unix:"`;
      } else if (isIpcUrl && !parsedUrl.pathname) {
        invalidUrlMessage = "The URL's pathname is empty";
      } else if (parsedUrl.hash) {
        invalidUrlMessage = "The URL contains a fragment identifier";
      }
      if (invalidUrlMessage) {
        const err = new SyntaxError(invalidUrlMessage);
        if (websocket._redirects === 0) {
          throw err;
        } else {
          emitErrorAndClose(websocket, err);
          return;
        }
      }
      const defaultPort = isSecure ? 443 : 80;
      const key = randomBytes(16).toString("base64");
      const request = isSecure ? https.request : http.request;
      const protocolSet = /* @__PURE__ */ new Set();
      let perMessageDeflate;
      opts.createConnection = opts.createConnection || (isSecure ? tlsConnect : netConnect);
      opts.defaultPort = opts.defaultPort || defaultPort;
      opts.port = parsedUrl.port || defaultPort;
      opts.host = parsedUrl.hostname.startsWith("[") ? parsedUrl.hostname.slice(1, -1) : parsedUrl.hostname;
      opts.headers = {
        ...opts.headers,
        "Sec-WebSocket-Version": opts.protocolVersion,
        "Sec-WebSocket-Key": key,
        Connection: "Upgrade",
        Upgrade: "websocket"
      };
      opts.path = parsedUrl.pathname + parsedUrl.search;
      opts.timeout = opts.handshakeTimeout;
      if (opts.perMessageDeflate) {
        perMessageDeflate = new PerMessageDeflate2({
          ...opts.perMessageDeflate,
          isServer: false,
          maxPayload: opts.maxPayload
        });
        opts.headers["Sec-WebSocket-Extensions"] = format({
          [PerMessageDeflate2.extensionName]: perMessageDeflate.offer()
        });
      }
      if (protocols.length) {
        for (const protocol4 of protocols) {
          if (typeof protocol4 !== "string" || !subprotocolRegex.test(protocol4) || protocolSet.has(protocol4)) {
            throw new SyntaxError(
              "An invalid or duplicated subprotocol was specified"
            );
          }
          protocolSet.add(protocol4);
        }
        opts.headers["Sec-WebSocket-Protocol"] = protocols.join(",");
      }
      if (opts.origin) {
        if (opts.protocolVersion < 13) {
          opts.headers["Sec-WebSocket-Origin"] = opts.origin;
        } else {
          opts.headers.Origin = opts.origin;
        }
      }
      if (parsedUrl.username || parsedUrl.password) {
        opts.auth = `${parsedUrl.username}:${parsedUrl.password}`;
      }
      if (isIpcUrl) {
        const parts2 = opts.path.split(":");
        opts.socketPath = parts2[0];
        opts.path = parts2[1];
      }
      let req;
      if (opts.followRedirects) {
        if (websocket._redirects === 0) {
          websocket._originalIpc = isIpcUrl;
          websocket._originalSecure = isSecure;
          websocket._originalHostOrSocketPath = isIpcUrl ? opts.socketPath : parsedUrl.host;
          const headers = options && options.headers;
          options = { ...options, headers: {} };
          if (headers) {
            for (const [key2, value2] of Object.entries(headers)) {
              options.headers[key2.toLowerCase()] = value2;
            }
          }
        } else if (websocket.listenerCount("redirect") === 0) {
          const isSameHost = isIpcUrl ? websocket._originalIpc ? opts.socketPath === websocket._originalHostOrSocketPath : false : websocket._originalIpc ? false : parsedUrl.host === websocket._originalHostOrSocketPath;
          if (!isSameHost || websocket._originalSecure && !isSecure) {
            delete opts.headers.authorization;
            delete opts.headers.cookie;
            if (!isSameHost) delete opts.headers.host;
            opts.auth = void 0;
          }
        }
        if (opts.auth && !options.headers.authorization) {
          options.headers.authorization = "Basic " + Buffer.from(opts.auth).toString("base64");
        }
        req = websocket._req = request(opts);
        if (websocket._redirects) {
          websocket.emit("redirect", websocket.url, req);
        }
      } else {
        req = websocket._req = request(opts);
      }
      if (opts.timeout) {
        req.on("timeout", () => {
          abortHandshake(websocket, req, "Opening handshake has timed out");
        });
      }
      req.on("error", (err) => {
        if (req === null || req[kAborted]) return;
        req = websocket._req = null;
        emitErrorAndClose(websocket, err);
      });
      req.on("response", (res) => {
        const location2 = res.headers.location;
        const statusCode = res.statusCode;
        if (location2 && opts.followRedirects && statusCode >= 300 && statusCode < 400) {
          if (++websocket._redirects > opts.maxRedirects) {
            abortHandshake(websocket, req, "Maximum redirects exceeded");
            return;
          }
          req.abort();
          let addr;
          try {
            addr = new URL2(location2, address);
          } catch (e) {
            const err = new SyntaxError(`Invalid URL: ${location2}`);
            emitErrorAndClose(websocket, err);
            return;
          }
          initAsClient(websocket, addr, protocols, options);
        } else if (!websocket.emit("unexpected-response", req, res)) {
          abortHandshake(
            websocket,
            req,
            `Unexpected server response: ${res.statusCode}`
          );
        }
      });
      req.on("upgrade", (res, socket, head2) => {
        websocket.emit("upgrade", res);
        if (websocket.readyState !== WebSocket2.CONNECTING) return;
        req = websocket._req = null;
        const upgrade = res.headers.upgrade;
        if (upgrade === void 0 || upgrade.toLowerCase() !== "websocket") {
          abortHandshake(websocket, socket, "Invalid Upgrade header");
          return;
        }
        const digest3 = createHash3("sha1").update(key + GUID).digest("base64");
        if (res.headers["sec-websocket-accept"] !== digest3) {
          abortHandshake(websocket, socket, "Invalid Sec-WebSocket-Accept header");
          return;
        }
        const serverProt = res.headers["sec-websocket-protocol"];
        let protError;
        if (serverProt !== void 0) {
          if (!protocolSet.size) {
            protError = "Server sent a subprotocol but none was requested";
          } else if (!protocolSet.has(serverProt)) {
            protError = "Server sent an invalid subprotocol";
          }
        } else if (protocolSet.size) {
          protError = "Server sent no subprotocol";
        }
        if (protError) {
          abortHandshake(websocket, socket, protError);
          return;
        }
        if (serverProt) websocket._protocol = serverProt;
        const secWebSocketExtensions = res.headers["sec-websocket-extensions"];
        if (secWebSocketExtensions !== void 0) {
          if (!perMessageDeflate) {
            const message2 = "Server sent a Sec-WebSocket-Extensions header but no extension was requested";
            abortHandshake(websocket, socket, message2);
            return;
          }
          let extensions;
          try {
            extensions = parse3(secWebSocketExtensions);
          } catch (err) {
            const message2 = "Invalid Sec-WebSocket-Extensions header";
            abortHandshake(websocket, socket, message2);
            return;
          }
          const extensionNames = Object.keys(extensions);
          if (extensionNames.length !== 1 || extensionNames[0] !== PerMessageDeflate2.extensionName) {
            const message2 = "Server indicated an extension that was not requested";
            abortHandshake(websocket, socket, message2);
            return;
          }
          try {
            perMessageDeflate.accept(extensions[PerMessageDeflate2.extensionName]);
          } catch (err) {
            const message2 = "Invalid Sec-WebSocket-Extensions header";
            abortHandshake(websocket, socket, message2);
            return;
          }
          websocket._extensions[PerMessageDeflate2.extensionName] = perMessageDeflate;
        }
        websocket.setSocket(socket, head2, {
          allowSynchronousEvents: opts.allowSynchronousEvents,
          generateMask: opts.generateMask,
          maxBufferedChunks: opts.maxBufferedChunks,
          maxFragments: opts.maxFragments,
          maxPayload: opts.maxPayload,
          skipUTF8Validation: opts.skipUTF8Validation
        });
      });
      if (opts.finishRequest) {
        opts.finishRequest(req, websocket);
      } else {
        req.end();
      }
    }
    function emitErrorAndClose(websocket, err) {
      websocket._readyState = WebSocket2.CLOSING;
      websocket._errorEmitted = true;
      websocket.emit("error", err);
      websocket.emitClose();
    }
    function netConnect(options) {
      options.path = options.socketPath;
      return net.connect(options);
    }
    function tlsConnect(options) {
      options.path = void 0;
      if (!options.servername && options.servername !== "") {
        options.servername = net.isIP(options.host) ? "" : options.host;
      }
      return tls.connect(options);
    }
    function abortHandshake(websocket, stream, message2) {
      websocket._readyState = WebSocket2.CLOSING;
      const err = new Error(message2);
      Error.captureStackTrace(err, abortHandshake);
      if (stream.setHeader) {
        stream[kAborted] = true;
        stream.abort();
        if (stream.socket && !stream.socket.destroyed) {
          stream.socket.destroy();
        }
        process.nextTick(emitErrorAndClose, websocket, err);
      } else {
        stream.destroy(err);
        stream.once("error", websocket.emit.bind(websocket, "error"));
        stream.once("close", websocket.emitClose.bind(websocket));
      }
    }
    function sendAfterClose(websocket, data, cb) {
      if (data) {
        const length = isBlob(data) ? data.size : toBuffer2(data).length;
        if (websocket._socket) websocket._sender._bufferedBytes += length;
        else websocket._bufferedAmount += length;
      }
      if (cb) {
        const err = new Error(
          `WebSocket is not open: readyState ${websocket.readyState} (${readyStates[websocket.readyState]})`
        );
        process.nextTick(cb, err);
      }
    }
    function receiverOnConclude(code, reason) {
      const websocket = this[kWebSocket];
      websocket._closeFrameReceived = true;
      websocket._closeMessage = reason;
      websocket._closeCode = code;
      if (websocket._socket[kWebSocket] === void 0) return;
      websocket._socket.removeListener("data", socketOnData);
      process.nextTick(resume, websocket._socket);
      if (code === 1005) websocket.close();
      else websocket.close(code, reason);
    }
    function receiverOnDrain() {
      const websocket = this[kWebSocket];
      if (!websocket.isPaused) websocket._socket.resume();
    }
    function receiverOnError(err) {
      const websocket = this[kWebSocket];
      if (websocket._socket[kWebSocket] !== void 0) {
        websocket._socket.removeListener("data", socketOnData);
        process.nextTick(resume, websocket._socket);
        websocket.close(err[kStatusCode]);
      }
      if (!websocket._errorEmitted) {
        websocket._errorEmitted = true;
        websocket.emit("error", err);
      }
    }
    function receiverOnFinish() {
      this[kWebSocket].emitClose();
    }
    function receiverOnMessage(data, isBinary2) {
      this[kWebSocket].emit("message", data, isBinary2);
    }
    function receiverOnPing(data) {
      const websocket = this[kWebSocket];
      if (websocket._autoPong) websocket.pong(data, !this._isServer, NOOP);
      websocket.emit("ping", data);
    }
    function receiverOnPong(data) {
      this[kWebSocket].emit("pong", data);
    }
    function resume(stream) {
      stream.resume();
    }
    function senderOnError(err) {
      const websocket = this[kWebSocket];
      if (websocket.readyState === WebSocket2.CLOSED) return;
      if (websocket.readyState === WebSocket2.OPEN) {
        websocket._readyState = WebSocket2.CLOSING;
        setCloseTimer(websocket);
      }
      this._socket.end();
      if (!websocket._errorEmitted) {
        websocket._errorEmitted = true;
        websocket.emit("error", err);
      }
    }
    function setCloseTimer(websocket) {
      websocket._closeTimer = setTimeout(
        websocket._socket.destroy.bind(websocket._socket),
        websocket._closeTimeout
      );
    }
    function socketOnClose() {
      const websocket = this[kWebSocket];
      this.removeListener("close", socketOnClose);
      this.removeListener("data", socketOnData);
      this.removeListener("end", socketOnEnd);
      websocket._readyState = WebSocket2.CLOSING;
      if (!this._readableState.endEmitted && !websocket._closeFrameReceived && !websocket._receiver._writableState.errorEmitted && this._readableState.length !== 0) {
        const chunk = this.read(this._readableState.length);
        websocket._receiver.write(chunk);
      }
      websocket._receiver.end();
      this[kWebSocket] = void 0;
      clearTimeout(websocket._closeTimer);
      if (websocket._receiver._writableState.finished || websocket._receiver._writableState.errorEmitted) {
        websocket.emitClose();
      } else {
        websocket._receiver.on("error", receiverOnFinish);
        websocket._receiver.on("finish", receiverOnFinish);
      }
    }
    function socketOnData(chunk) {
      if (!this[kWebSocket]._receiver.write(chunk)) {
        this.pause();
      }
    }
    function socketOnEnd() {
      const websocket = this[kWebSocket];
      websocket._readyState = WebSocket2.CLOSING;
      websocket._receiver.end();
      this.end();
    }
    function socketOnError() {
      const websocket = this[kWebSocket];
      this.removeListener("error", socketOnError);
      this.on("error", NOOP);
      if (websocket) {
        websocket._readyState = WebSocket2.CLOSING;
        this.destroy();
      }
    }
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/stream.js
var require_stream = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/stream.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var WebSocket2 = require_websocket();
    var { Duplex } = require("stream");
    function emitClose(stream) {
      stream.emit("close");
    }
    function duplexOnEnd() {
      if (!this.destroyed && this._writableState.finished) {
        this.destroy();
      }
    }
    function duplexOnError(err) {
      this.removeListener("error", duplexOnError);
      this.destroy();
      if (this.listenerCount("error") === 0) {
        this.emit("error", err);
      }
    }
    function createWebSocketStream2(ws, options) {
      let terminateOnDestroy = true;
      const duplex = new Duplex({
        ...options,
        autoDestroy: false,
        emitClose: false,
        objectMode: false,
        writableObjectMode: false
      });
      ws.on("message", function message2(msg, isBinary2) {
        const data = !isBinary2 && duplex._readableState.objectMode ? msg.toString() : msg;
        if (!duplex.push(data)) ws.pause();
      });
      ws.once("error", function error(err) {
        if (duplex.destroyed) return;
        terminateOnDestroy = false;
        duplex.destroy(err);
      });
      ws.once("close", function close() {
        if (duplex.destroyed) return;
        duplex.push(null);
      });
      duplex._destroy = function(err, callback) {
        if (ws.readyState === ws.CLOSED) {
          callback(err);
          process.nextTick(emitClose, duplex);
          return;
        }
        let called = false;
        ws.once("error", function error(err2) {
          called = true;
          callback(err2);
        });
        ws.once("close", function close() {
          if (!called) callback(err);
          process.nextTick(emitClose, duplex);
        });
        if (terminateOnDestroy) ws.terminate();
      };
      duplex._final = function(callback) {
        if (ws.readyState === ws.CONNECTING) {
          ws.once("open", function open() {
            duplex._final(callback);
          });
          return;
        }
        if (ws._socket === null) return;
        if (ws._socket._writableState.finished) {
          callback();
          if (duplex._readableState.endEmitted) duplex.destroy();
        } else {
          ws._socket.once("finish", function finish() {
            callback();
          });
          ws.close();
        }
      };
      duplex._read = function() {
        if (ws.isPaused) ws.resume();
      };
      duplex._write = function(chunk, encoding, callback) {
        if (ws.readyState === ws.CONNECTING) {
          ws.once("open", function open() {
            duplex._write(chunk, encoding, callback);
          });
          return;
        }
        ws.send(chunk, callback);
      };
      duplex.on("end", duplexOnEnd);
      duplex.on("error", duplexOnError);
      return duplex;
    }
    module2.exports = createWebSocketStream2;
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/subprotocol.js
var require_subprotocol = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/subprotocol.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var { tokenChars } = require_validation();
    function parse3(header2) {
      const protocols = /* @__PURE__ */ new Set();
      let start = -1;
      let end = -1;
      let i = 0;
      for (i; i < header2.length; i++) {
        const code = header2.charCodeAt(i);
        if (end === -1 && tokenChars[code] === 1) {
          if (start === -1) start = i;
        } else if (i !== 0 && (code === 32 || code === 9)) {
          if (end === -1 && start !== -1) end = i;
        } else if (code === 44) {
          if (start === -1) {
            throw new SyntaxError(`Unexpected character at index ${i}`);
          }
          if (end === -1) end = i;
          const protocol5 = header2.slice(start, end);
          if (protocols.has(protocol5)) {
            throw new SyntaxError(`The "${protocol5}" subprotocol is duplicated`);
          }
          protocols.add(protocol5);
          start = end = -1;
        } else {
          throw new SyntaxError(`Unexpected character at index ${i}`);
        }
      }
      if (start === -1 || end !== -1) {
        throw new SyntaxError("Unexpected end of input");
      }
      const protocol4 = header2.slice(start, i);
      if (protocols.has(protocol4)) {
        throw new SyntaxError(`The "${protocol4}" subprotocol is duplicated`);
      }
      protocols.add(protocol4);
      return protocols;
    }
    module2.exports = { parse: parse3 };
  }
});

// ../../../tmp/orca-nm/node_modules/ws/lib/websocket-server.js
var require_websocket_server = __commonJS({
  "../../../tmp/orca-nm/node_modules/ws/lib/websocket-server.js"(exports2, module2) {
    "use strict";
    init_define_ORCAPOOL_PINS();
    var EventEmitter = require("events");
    var http = require("http");
    var { Duplex } = require("stream");
    var { createHash: createHash3 } = require("crypto");
    var extension2 = require_extension();
    var PerMessageDeflate2 = require_permessage_deflate();
    var subprotocol2 = require_subprotocol();
    var WebSocket2 = require_websocket();
    var { CLOSE_TIMEOUT, GUID, kWebSocket } = require_constants();
    var keyRegex = /^[+/0-9A-Za-z]{22}==$/;
    var RUNNING = 0;
    var CLOSING = 1;
    var CLOSED = 2;
    var WebSocketServer2 = class extends EventEmitter {
      /**
       * Create a `WebSocketServer` instance.
       *
       * @param {Object} options Configuration options
       * @param {Boolean} [options.allowSynchronousEvents=true] Specifies whether
       *     any of the `'message'`, `'ping'`, and `'pong'` events can be emitted
       *     multiple times in the same tick
       * @param {Boolean} [options.autoPong=true] Specifies whether or not to
       *     automatically send a pong in response to a ping
       * @param {Number} [options.backlog=511] The maximum length of the queue of
       *     pending connections
       * @param {Boolean} [options.clientTracking=true] Specifies whether or not to
       *     track clients
       * @param {Number} [options.closeTimeout=30000] Duration in milliseconds to
       *     wait for the closing handshake to finish after `websocket.close()` is
       *     called
       * @param {Function} [options.handleProtocols] A hook to handle protocols
       * @param {String} [options.host] The hostname where to bind the server
       * @param {Number} [options.maxBufferedChunks=262144] The maximum number of
       *     buffered data chunks
       * @param {Number} [options.maxFragments=16384] The maximum number of message
       *     fragments
       * @param {Number} [options.maxPayload=104857600] The maximum allowed message
       *     size
       * @param {Boolean} [options.noServer=false] Enable no server mode
       * @param {String} [options.path] Accept only connections matching this path
       * @param {(Boolean|Object)} [options.perMessageDeflate=false] Enable/disable
       *     permessage-deflate
       * @param {Number} [options.port] The port where to bind the server
       * @param {(http.Server|https.Server)} [options.server] A pre-created HTTP/S
       *     server to use
       * @param {Boolean} [options.skipUTF8Validation=false] Specifies whether or
       *     not to skip UTF-8 validation for text and close messages
       * @param {Function} [options.verifyClient] A hook to reject connections
       * @param {Function} [options.WebSocket=WebSocket] Specifies the `WebSocket`
       *     class to use. It must be the `WebSocket` class or class that extends it
       * @param {Function} [callback] A listener for the `listening` event
       */
      constructor(options, callback) {
        super();
        options = {
          allowSynchronousEvents: true,
          autoPong: true,
          maxBufferedChunks: 256 * 1024,
          maxFragments: 16 * 1024,
          maxPayload: 100 * 1024 * 1024,
          skipUTF8Validation: false,
          perMessageDeflate: false,
          handleProtocols: null,
          clientTracking: true,
          closeTimeout: CLOSE_TIMEOUT,
          verifyClient: null,
          noServer: false,
          backlog: null,
          // use default (511 as implemented in net.js)
          server: null,
          host: null,
          path: null,
          port: null,
          WebSocket: WebSocket2,
          ...options
        };
        if (options.port == null && !options.server && !options.noServer || options.port != null && (options.server || options.noServer) || options.server && options.noServer) {
          throw new TypeError(
            'One and only one of the "port", "server", or "noServer" options must be specified'
          );
        }
        if (options.port != null) {
          this._server = http.createServer((req, res) => {
            const body = http.STATUS_CODES[426];
            res.writeHead(426, {
              "Content-Length": body.length,
              "Content-Type": "text/plain"
            });
            res.end(body);
          });
          this._server.listen(
            options.port,
            options.host,
            options.backlog,
            callback
          );
        } else if (options.server) {
          this._server = options.server;
        }
        if (this._server) {
          const emitConnection = this.emit.bind(this, "connection");
          this._removeListeners = addListeners(this._server, {
            listening: this.emit.bind(this, "listening"),
            error: this.emit.bind(this, "error"),
            upgrade: (req, socket, head2) => {
              this.handleUpgrade(req, socket, head2, emitConnection);
            }
          });
        }
        if (options.perMessageDeflate === true) options.perMessageDeflate = {};
        if (options.clientTracking) {
          this.clients = /* @__PURE__ */ new Set();
          this._shouldEmitClose = false;
        }
        this.options = options;
        this._state = RUNNING;
      }
      /**
       * Returns the bound address, the address family name, and port of the server
       * as reported by the operating system if listening on an IP socket.
       * If the server is listening on a pipe or UNIX domain socket, the name is
       * returned as a string.
       *
       * @return {(Object|String|null)} The address of the server
       * @public
       */
      address() {
        if (this.options.noServer) {
          throw new Error('The server is operating in "noServer" mode');
        }
        if (!this._server) return null;
        return this._server.address();
      }
      /**
       * Stop the server from accepting new connections and emit the `'close'` event
       * when all existing connections are closed.
       *
       * @param {Function} [cb] A one-time listener for the `'close'` event
       * @public
       */
      close(cb) {
        if (this._state === CLOSED) {
          if (cb) {
            this.once("close", () => {
              cb(new Error("The server is not running"));
            });
          }
          process.nextTick(emitClose, this);
          return;
        }
        if (cb) this.once("close", cb);
        if (this._state === CLOSING) return;
        this._state = CLOSING;
        if (this.options.noServer || this.options.server) {
          if (this._server) {
            this._removeListeners();
            this._removeListeners = this._server = null;
          }
          if (this.clients) {
            if (!this.clients.size) {
              process.nextTick(emitClose, this);
            } else {
              this._shouldEmitClose = true;
            }
          } else {
            process.nextTick(emitClose, this);
          }
        } else {
          const server = this._server;
          this._removeListeners();
          this._removeListeners = this._server = null;
          server.close(() => {
            emitClose(this);
          });
        }
      }
      /**
       * See if a given request should be handled by this server instance.
       *
       * @param {http.IncomingMessage} req Request object to inspect
       * @return {Boolean} `true` if the request is valid, else `false`
       * @public
       */
      shouldHandle(req) {
        if (this.options.path) {
          const index = req.url.indexOf("?");
          const pathname = index !== -1 ? req.url.slice(0, index) : req.url;
          if (pathname !== this.options.path) return false;
        }
        return true;
      }
      /**
       * Handle a HTTP Upgrade request.
       *
       * @param {http.IncomingMessage} req The request object
       * @param {Duplex} socket The network socket between the server and client
       * @param {Buffer} head The first packet of the upgraded stream
       * @param {Function} cb Callback
       * @public
       */
      handleUpgrade(req, socket, head2, cb) {
        socket.on("error", socketOnError);
        const key = req.headers["sec-websocket-key"];
        const upgrade = req.headers.upgrade;
        const version = +req.headers["sec-websocket-version"];
        if (req.method !== "GET") {
          const message2 = "Invalid HTTP method";
          abortHandshakeOrEmitwsClientError(this, req, socket, 405, message2);
          return;
        }
        if (upgrade === void 0 || upgrade.toLowerCase() !== "websocket") {
          const message2 = "Invalid Upgrade header";
          abortHandshakeOrEmitwsClientError(this, req, socket, 400, message2);
          return;
        }
        if (key === void 0 || !keyRegex.test(key)) {
          const message2 = "Missing or invalid Sec-WebSocket-Key header";
          abortHandshakeOrEmitwsClientError(this, req, socket, 400, message2);
          return;
        }
        if (version !== 13 && version !== 8) {
          const message2 = "Missing or invalid Sec-WebSocket-Version header";
          abortHandshakeOrEmitwsClientError(this, req, socket, 400, message2, {
            "Sec-WebSocket-Version": "13, 8"
          });
          return;
        }
        if (!this.shouldHandle(req)) {
          abortHandshake(socket, 400);
          return;
        }
        const secWebSocketProtocol = req.headers["sec-websocket-protocol"];
        let protocols = /* @__PURE__ */ new Set();
        if (secWebSocketProtocol !== void 0) {
          try {
            protocols = subprotocol2.parse(secWebSocketProtocol);
          } catch (err) {
            const message2 = "Invalid Sec-WebSocket-Protocol header";
            abortHandshakeOrEmitwsClientError(this, req, socket, 400, message2);
            return;
          }
        }
        const secWebSocketExtensions = req.headers["sec-websocket-extensions"];
        const extensions = {};
        if (this.options.perMessageDeflate && secWebSocketExtensions !== void 0) {
          const perMessageDeflate = new PerMessageDeflate2({
            ...this.options.perMessageDeflate,
            isServer: true,
            maxPayload: this.options.maxPayload
          });
          try {
            const offers = extension2.parse(secWebSocketExtensions);
            if (offers[PerMessageDeflate2.extensionName]) {
              perMessageDeflate.accept(offers[PerMessageDeflate2.extensionName]);
              extensions[PerMessageDeflate2.extensionName] = perMessageDeflate;
            }
          } catch (err) {
            const message2 = "Invalid or unacceptable Sec-WebSocket-Extensions header";
            abortHandshakeOrEmitwsClientError(this, req, socket, 400, message2);
            return;
          }
        }
        if (this.options.verifyClient) {
          const info = {
            origin: req.headers[`${version === 8 ? "sec-websocket-origin" : "origin"}`],
            secure: !!(req.socket.authorized || req.socket.encrypted),
            req
          };
          if (this.options.verifyClient.length === 2) {
            this.options.verifyClient(info, (verified, code, message2, headers) => {
              if (!verified) {
                return abortHandshake(socket, code || 401, message2, headers);
              }
              this.completeUpgrade(
                extensions,
                key,
                protocols,
                req,
                socket,
                head2,
                cb
              );
            });
            return;
          }
          if (!this.options.verifyClient(info)) return abortHandshake(socket, 401);
        }
        this.completeUpgrade(extensions, key, protocols, req, socket, head2, cb);
      }
      /**
       * Upgrade the connection to WebSocket.
       *
       * @param {Object} extensions The accepted extensions
       * @param {String} key The value of the `Sec-WebSocket-Key` header
       * @param {Set} protocols The subprotocols
       * @param {http.IncomingMessage} req The request object
       * @param {Duplex} socket The network socket between the server and client
       * @param {Buffer} head The first packet of the upgraded stream
       * @param {Function} cb Callback
       * @throws {Error} If called more than once with the same socket
       * @private
       */
      completeUpgrade(extensions, key, protocols, req, socket, head2, cb) {
        if (!socket.readable || !socket.writable) return socket.destroy();
        if (socket[kWebSocket]) {
          throw new Error(
            "server.handleUpgrade() was called more than once with the same socket, possibly due to a misconfiguration"
          );
        }
        if (this._state > RUNNING) return abortHandshake(socket, 503);
        const digest3 = createHash3("sha1").update(key + GUID).digest("base64");
        const headers = [
          "HTTP/1.1 101 Switching Protocols",
          "Upgrade: websocket",
          "Connection: Upgrade",
          `Sec-WebSocket-Accept: ${digest3}`
        ];
        const ws = new this.options.WebSocket(null, void 0, this.options);
        if (protocols.size) {
          const protocol4 = this.options.handleProtocols ? this.options.handleProtocols(protocols, req) : protocols.values().next().value;
          if (protocol4) {
            headers.push(`Sec-WebSocket-Protocol: ${protocol4}`);
            ws._protocol = protocol4;
          }
        }
        if (extensions[PerMessageDeflate2.extensionName]) {
          const params = extensions[PerMessageDeflate2.extensionName].params;
          const value2 = extension2.format({
            [PerMessageDeflate2.extensionName]: [params]
          });
          headers.push(`Sec-WebSocket-Extensions: ${value2}`);
          ws._extensions = extensions;
        }
        this.emit("headers", headers, req);
        socket.write(headers.concat("\r\n").join("\r\n"));
        socket.removeListener("error", socketOnError);
        ws.setSocket(socket, head2, {
          allowSynchronousEvents: this.options.allowSynchronousEvents,
          maxBufferedChunks: this.options.maxBufferedChunks,
          maxFragments: this.options.maxFragments,
          maxPayload: this.options.maxPayload,
          skipUTF8Validation: this.options.skipUTF8Validation
        });
        if (this.clients) {
          this.clients.add(ws);
          ws.on("close", () => {
            this.clients.delete(ws);
            if (this._shouldEmitClose && !this.clients.size) {
              process.nextTick(emitClose, this);
            }
          });
        }
        cb(ws, req);
      }
    };
    module2.exports = WebSocketServer2;
    function addListeners(server, map) {
      for (const event of Object.keys(map)) server.on(event, map[event]);
      return function removeListeners() {
        for (const event of Object.keys(map)) {
          server.removeListener(event, map[event]);
        }
      };
    }
    function emitClose(server) {
      server._state = CLOSED;
      server.emit("close");
    }
    function socketOnError() {
      this.destroy();
    }
    function abortHandshake(socket, code, message2, headers) {
      message2 = message2 || http.STATUS_CODES[code];
      headers = {
        Connection: "close",
        "Content-Type": "text/html",
        "Content-Length": Buffer.byteLength(message2),
        ...headers
      };
      socket.once("finish", socket.destroy);
      socket.end(
        `HTTP/1.1 ${code} ${http.STATUS_CODES[code]}\r
` + Object.keys(headers).map((h) => `${h}: ${headers[h]}`).join("\r\n") + "\r\n\r\n" + message2
      );
    }
    function abortHandshakeOrEmitwsClientError(server, req, socket, code, message2, headers) {
      if (server.listenerCount("wsClientError")) {
        const err = new Error(message2);
        Error.captureStackTrace(err, abortHandshakeOrEmitwsClientError);
        server.emit("wsClientError", err, socket, req);
      } else {
        abortHandshake(socket, code, message2, headers);
      }
    }
  }
});

// build/orca/task/src/main.js
init_define_ORCAPOOL_PINS();

// build/orca/task/src/koii/http-koii-node.js
init_define_ORCAPOOL_PINS();

// build/orca/task/src/koii/koii-node.js
init_define_ORCAPOOL_PINS();

// build/src/lib/index.js
init_define_ORCAPOOL_PINS();

// build/src/lib/sha256/portable.js
init_define_ORCAPOOL_PINS();

// build/src/lib/sha256/compress.js
init_define_ORCAPOOL_PINS();
var INITIAL_STATE = new Int32Array([
  1779033703,
  3144134277,
  1013904242,
  2773480762,
  1359893119,
  2600822924,
  528734635,
  1541459225
]);
function compress(out, from, words) {
  let w0 = words[0], w1 = words[1], w2 = words[2], w3 = words[3];
  let w4 = words[4], w5 = words[5], w6 = words[6], w7 = words[7];
  let w8 = words[8], w9 = words[9], w10 = words[10], w11 = words[11];
  let w12 = words[12], w13 = words[13], w14 = words[14], w15 = words[15];
  let a = from[0], b = from[1], c = from[2], d = from[3];
  let e = from[4], f = from[5], g = from[6], h = from[7];
  let t = 0, x = b ^ c, y = 0;
  t = h + 1116352408 + w0 + (g ^ e & (f ^ g)) + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) | 0;
  d = d + t | 0;
  y = a ^ b;
  h = t + (b ^ x & y) + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) | 0;
  t = g + 1899447441 + w1 + (f ^ d & (e ^ f)) + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) | 0;
  c = c + t | 0;
  x = h ^ a;
  g = t + (a ^ x & y) + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10)) | 0;
  t = f + 3049323471 + w2 + (e ^ c & (d ^ e)) + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) | 0;
  b = b + t | 0;
  y = g ^ h;
  f = t + (h ^ x & y) + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) | 0;
  t = e + 3921009573 + w3 + (d ^ b & (c ^ d)) + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) | 0;
  a = a + t | 0;
  x = f ^ g;
  e = t + (g ^ x & y) + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) | 0;
  t = d + 961987163 + w4 + (c ^ a & (b ^ c)) + ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7)) | 0;
  h = h + t | 0;
  y = e ^ f;
  d = t + (f ^ x & y) + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10)) | 0;
  t = c + 1508970993 + w5 + (b ^ h & (a ^ b)) + ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7)) | 0;
  g = g + t | 0;
  x = d ^ e;
  c = t + (e ^ x & y) + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10)) | 0;
  t = b + 2453635748 + w6 + (a ^ g & (h ^ a)) + ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7)) | 0;
  f = f + t | 0;
  y = c ^ d;
  b = t + (d ^ x & y) + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10)) | 0;
  t = a + 2870763221 + w7 + (h ^ f & (g ^ h)) + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) | 0;
  e = e + t | 0;
  x = b ^ c;
  a = t + (c ^ x & y) + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10)) | 0;
  t = h + 3624381080 + w8 + (g ^ e & (f ^ g)) + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) | 0;
  d = d + t | 0;
  y = a ^ b;
  h = t + (b ^ x & y) + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) | 0;
  t = g + 310598401 + w9 + (f ^ d & (e ^ f)) + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) | 0;
  c = c + t | 0;
  x = h ^ a;
  g = t + (a ^ x & y) + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10)) | 0;
  t = f + 607225278 + w10 + (e ^ c & (d ^ e)) + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) | 0;
  b = b + t | 0;
  y = g ^ h;
  f = t + (h ^ x & y) + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) | 0;
  t = e + 1426881987 + w11 + (d ^ b & (c ^ d)) + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) | 0;
  a = a + t | 0;
  x = f ^ g;
  e = t + (g ^ x & y) + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) | 0;
  t = d + 1925078388 + w12 + (c ^ a & (b ^ c)) + ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7)) | 0;
  h = h + t | 0;
  y = e ^ f;
  d = t + (f ^ x & y) + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10)) | 0;
  t = c + 2162078206 + w13 + (b ^ h & (a ^ b)) + ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7)) | 0;
  g = g + t | 0;
  x = d ^ e;
  c = t + (e ^ x & y) + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10)) | 0;
  t = b + 2614888103 + w14 + (a ^ g & (h ^ a)) + ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7)) | 0;
  f = f + t | 0;
  y = c ^ d;
  b = t + (d ^ x & y) + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10)) | 0;
  t = a + 3248222580 + w15 + (h ^ f & (g ^ h)) + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) | 0;
  e = e + t | 0;
  x = b ^ c;
  a = t + (c ^ x & y) + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10)) | 0;
  w0 = w0 + w9 + ((w1 >>> 7 | w1 << 25) ^ (w1 >>> 18 | w1 << 14) ^ w1 >>> 3) + ((w14 >>> 17 | w14 << 15) ^ (w14 >>> 19 | w14 << 13) ^ w14 >>> 10) | 0;
  t = h + 3835390401 + w0 + (g ^ e & (f ^ g)) + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) | 0;
  d = d + t | 0;
  y = a ^ b;
  h = t + (b ^ x & y) + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) | 0;
  w1 = w1 + w10 + ((w2 >>> 7 | w2 << 25) ^ (w2 >>> 18 | w2 << 14) ^ w2 >>> 3) + ((w15 >>> 17 | w15 << 15) ^ (w15 >>> 19 | w15 << 13) ^ w15 >>> 10) | 0;
  t = g + 4022224774 + w1 + (f ^ d & (e ^ f)) + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) | 0;
  c = c + t | 0;
  x = h ^ a;
  g = t + (a ^ x & y) + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10)) | 0;
  w2 = w2 + w11 + ((w3 >>> 7 | w3 << 25) ^ (w3 >>> 18 | w3 << 14) ^ w3 >>> 3) + ((w0 >>> 17 | w0 << 15) ^ (w0 >>> 19 | w0 << 13) ^ w0 >>> 10) | 0;
  t = f + 264347078 + w2 + (e ^ c & (d ^ e)) + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) | 0;
  b = b + t | 0;
  y = g ^ h;
  f = t + (h ^ x & y) + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) | 0;
  w3 = w3 + w12 + ((w4 >>> 7 | w4 << 25) ^ (w4 >>> 18 | w4 << 14) ^ w4 >>> 3) + ((w1 >>> 17 | w1 << 15) ^ (w1 >>> 19 | w1 << 13) ^ w1 >>> 10) | 0;
  t = e + 604807628 + w3 + (d ^ b & (c ^ d)) + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) | 0;
  a = a + t | 0;
  x = f ^ g;
  e = t + (g ^ x & y) + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) | 0;
  w4 = w4 + w13 + ((w5 >>> 7 | w5 << 25) ^ (w5 >>> 18 | w5 << 14) ^ w5 >>> 3) + ((w2 >>> 17 | w2 << 15) ^ (w2 >>> 19 | w2 << 13) ^ w2 >>> 10) | 0;
  t = d + 770255983 + w4 + (c ^ a & (b ^ c)) + ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7)) | 0;
  h = h + t | 0;
  y = e ^ f;
  d = t + (f ^ x & y) + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10)) | 0;
  w5 = w5 + w14 + ((w6 >>> 7 | w6 << 25) ^ (w6 >>> 18 | w6 << 14) ^ w6 >>> 3) + ((w3 >>> 17 | w3 << 15) ^ (w3 >>> 19 | w3 << 13) ^ w3 >>> 10) | 0;
  t = c + 1249150122 + w5 + (b ^ h & (a ^ b)) + ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7)) | 0;
  g = g + t | 0;
  x = d ^ e;
  c = t + (e ^ x & y) + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10)) | 0;
  w6 = w6 + w15 + ((w7 >>> 7 | w7 << 25) ^ (w7 >>> 18 | w7 << 14) ^ w7 >>> 3) + ((w4 >>> 17 | w4 << 15) ^ (w4 >>> 19 | w4 << 13) ^ w4 >>> 10) | 0;
  t = b + 1555081692 + w6 + (a ^ g & (h ^ a)) + ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7)) | 0;
  f = f + t | 0;
  y = c ^ d;
  b = t + (d ^ x & y) + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10)) | 0;
  w7 = w7 + w0 + ((w8 >>> 7 | w8 << 25) ^ (w8 >>> 18 | w8 << 14) ^ w8 >>> 3) + ((w5 >>> 17 | w5 << 15) ^ (w5 >>> 19 | w5 << 13) ^ w5 >>> 10) | 0;
  t = a + 1996064986 + w7 + (h ^ f & (g ^ h)) + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) | 0;
  e = e + t | 0;
  x = b ^ c;
  a = t + (c ^ x & y) + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10)) | 0;
  w8 = w8 + w1 + ((w9 >>> 7 | w9 << 25) ^ (w9 >>> 18 | w9 << 14) ^ w9 >>> 3) + ((w6 >>> 17 | w6 << 15) ^ (w6 >>> 19 | w6 << 13) ^ w6 >>> 10) | 0;
  t = h + 2554220882 + w8 + (g ^ e & (f ^ g)) + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) | 0;
  d = d + t | 0;
  y = a ^ b;
  h = t + (b ^ x & y) + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) | 0;
  w9 = w9 + w2 + ((w10 >>> 7 | w10 << 25) ^ (w10 >>> 18 | w10 << 14) ^ w10 >>> 3) + ((w7 >>> 17 | w7 << 15) ^ (w7 >>> 19 | w7 << 13) ^ w7 >>> 10) | 0;
  t = g + 2821834349 + w9 + (f ^ d & (e ^ f)) + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) | 0;
  c = c + t | 0;
  x = h ^ a;
  g = t + (a ^ x & y) + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10)) | 0;
  w10 = w10 + w3 + ((w11 >>> 7 | w11 << 25) ^ (w11 >>> 18 | w11 << 14) ^ w11 >>> 3) + ((w8 >>> 17 | w8 << 15) ^ (w8 >>> 19 | w8 << 13) ^ w8 >>> 10) | 0;
  t = f + 2952996808 + w10 + (e ^ c & (d ^ e)) + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) | 0;
  b = b + t | 0;
  y = g ^ h;
  f = t + (h ^ x & y) + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) | 0;
  w11 = w11 + w4 + ((w12 >>> 7 | w12 << 25) ^ (w12 >>> 18 | w12 << 14) ^ w12 >>> 3) + ((w9 >>> 17 | w9 << 15) ^ (w9 >>> 19 | w9 << 13) ^ w9 >>> 10) | 0;
  t = e + 3210313671 + w11 + (d ^ b & (c ^ d)) + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) | 0;
  a = a + t | 0;
  x = f ^ g;
  e = t + (g ^ x & y) + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) | 0;
  w12 = w12 + w5 + ((w13 >>> 7 | w13 << 25) ^ (w13 >>> 18 | w13 << 14) ^ w13 >>> 3) + ((w10 >>> 17 | w10 << 15) ^ (w10 >>> 19 | w10 << 13) ^ w10 >>> 10) | 0;
  t = d + 3336571891 + w12 + (c ^ a & (b ^ c)) + ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7)) | 0;
  h = h + t | 0;
  y = e ^ f;
  d = t + (f ^ x & y) + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10)) | 0;
  w13 = w13 + w6 + ((w14 >>> 7 | w14 << 25) ^ (w14 >>> 18 | w14 << 14) ^ w14 >>> 3) + ((w11 >>> 17 | w11 << 15) ^ (w11 >>> 19 | w11 << 13) ^ w11 >>> 10) | 0;
  t = c + 3584528711 + w13 + (b ^ h & (a ^ b)) + ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7)) | 0;
  g = g + t | 0;
  x = d ^ e;
  c = t + (e ^ x & y) + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10)) | 0;
  w14 = w14 + w7 + ((w15 >>> 7 | w15 << 25) ^ (w15 >>> 18 | w15 << 14) ^ w15 >>> 3) + ((w12 >>> 17 | w12 << 15) ^ (w12 >>> 19 | w12 << 13) ^ w12 >>> 10) | 0;
  t = b + 113926993 + w14 + (a ^ g & (h ^ a)) + ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7)) | 0;
  f = f + t | 0;
  y = c ^ d;
  b = t + (d ^ x & y) + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10)) | 0;
  w15 = w15 + w8 + ((w0 >>> 7 | w0 << 25) ^ (w0 >>> 18 | w0 << 14) ^ w0 >>> 3) + ((w13 >>> 17 | w13 << 15) ^ (w13 >>> 19 | w13 << 13) ^ w13 >>> 10) | 0;
  t = a + 338241895 + w15 + (h ^ f & (g ^ h)) + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) | 0;
  e = e + t | 0;
  x = b ^ c;
  a = t + (c ^ x & y) + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10)) | 0;
  w0 = w0 + w9 + ((w1 >>> 7 | w1 << 25) ^ (w1 >>> 18 | w1 << 14) ^ w1 >>> 3) + ((w14 >>> 17 | w14 << 15) ^ (w14 >>> 19 | w14 << 13) ^ w14 >>> 10) | 0;
  t = h + 666307205 + w0 + (g ^ e & (f ^ g)) + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) | 0;
  d = d + t | 0;
  y = a ^ b;
  h = t + (b ^ x & y) + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) | 0;
  w1 = w1 + w10 + ((w2 >>> 7 | w2 << 25) ^ (w2 >>> 18 | w2 << 14) ^ w2 >>> 3) + ((w15 >>> 17 | w15 << 15) ^ (w15 >>> 19 | w15 << 13) ^ w15 >>> 10) | 0;
  t = g + 773529912 + w1 + (f ^ d & (e ^ f)) + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) | 0;
  c = c + t | 0;
  x = h ^ a;
  g = t + (a ^ x & y) + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10)) | 0;
  w2 = w2 + w11 + ((w3 >>> 7 | w3 << 25) ^ (w3 >>> 18 | w3 << 14) ^ w3 >>> 3) + ((w0 >>> 17 | w0 << 15) ^ (w0 >>> 19 | w0 << 13) ^ w0 >>> 10) | 0;
  t = f + 1294757372 + w2 + (e ^ c & (d ^ e)) + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) | 0;
  b = b + t | 0;
  y = g ^ h;
  f = t + (h ^ x & y) + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) | 0;
  w3 = w3 + w12 + ((w4 >>> 7 | w4 << 25) ^ (w4 >>> 18 | w4 << 14) ^ w4 >>> 3) + ((w1 >>> 17 | w1 << 15) ^ (w1 >>> 19 | w1 << 13) ^ w1 >>> 10) | 0;
  t = e + 1396182291 + w3 + (d ^ b & (c ^ d)) + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) | 0;
  a = a + t | 0;
  x = f ^ g;
  e = t + (g ^ x & y) + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) | 0;
  w4 = w4 + w13 + ((w5 >>> 7 | w5 << 25) ^ (w5 >>> 18 | w5 << 14) ^ w5 >>> 3) + ((w2 >>> 17 | w2 << 15) ^ (w2 >>> 19 | w2 << 13) ^ w2 >>> 10) | 0;
  t = d + 1695183700 + w4 + (c ^ a & (b ^ c)) + ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7)) | 0;
  h = h + t | 0;
  y = e ^ f;
  d = t + (f ^ x & y) + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10)) | 0;
  w5 = w5 + w14 + ((w6 >>> 7 | w6 << 25) ^ (w6 >>> 18 | w6 << 14) ^ w6 >>> 3) + ((w3 >>> 17 | w3 << 15) ^ (w3 >>> 19 | w3 << 13) ^ w3 >>> 10) | 0;
  t = c + 1986661051 + w5 + (b ^ h & (a ^ b)) + ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7)) | 0;
  g = g + t | 0;
  x = d ^ e;
  c = t + (e ^ x & y) + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10)) | 0;
  w6 = w6 + w15 + ((w7 >>> 7 | w7 << 25) ^ (w7 >>> 18 | w7 << 14) ^ w7 >>> 3) + ((w4 >>> 17 | w4 << 15) ^ (w4 >>> 19 | w4 << 13) ^ w4 >>> 10) | 0;
  t = b + 2177026350 + w6 + (a ^ g & (h ^ a)) + ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7)) | 0;
  f = f + t | 0;
  y = c ^ d;
  b = t + (d ^ x & y) + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10)) | 0;
  w7 = w7 + w0 + ((w8 >>> 7 | w8 << 25) ^ (w8 >>> 18 | w8 << 14) ^ w8 >>> 3) + ((w5 >>> 17 | w5 << 15) ^ (w5 >>> 19 | w5 << 13) ^ w5 >>> 10) | 0;
  t = a + 2456956037 + w7 + (h ^ f & (g ^ h)) + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) | 0;
  e = e + t | 0;
  x = b ^ c;
  a = t + (c ^ x & y) + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10)) | 0;
  w8 = w8 + w1 + ((w9 >>> 7 | w9 << 25) ^ (w9 >>> 18 | w9 << 14) ^ w9 >>> 3) + ((w6 >>> 17 | w6 << 15) ^ (w6 >>> 19 | w6 << 13) ^ w6 >>> 10) | 0;
  t = h + 2730485921 + w8 + (g ^ e & (f ^ g)) + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) | 0;
  d = d + t | 0;
  y = a ^ b;
  h = t + (b ^ x & y) + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) | 0;
  w9 = w9 + w2 + ((w10 >>> 7 | w10 << 25) ^ (w10 >>> 18 | w10 << 14) ^ w10 >>> 3) + ((w7 >>> 17 | w7 << 15) ^ (w7 >>> 19 | w7 << 13) ^ w7 >>> 10) | 0;
  t = g + 2820302411 + w9 + (f ^ d & (e ^ f)) + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) | 0;
  c = c + t | 0;
  x = h ^ a;
  g = t + (a ^ x & y) + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10)) | 0;
  w10 = w10 + w3 + ((w11 >>> 7 | w11 << 25) ^ (w11 >>> 18 | w11 << 14) ^ w11 >>> 3) + ((w8 >>> 17 | w8 << 15) ^ (w8 >>> 19 | w8 << 13) ^ w8 >>> 10) | 0;
  t = f + 3259730800 + w10 + (e ^ c & (d ^ e)) + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) | 0;
  b = b + t | 0;
  y = g ^ h;
  f = t + (h ^ x & y) + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) | 0;
  w11 = w11 + w4 + ((w12 >>> 7 | w12 << 25) ^ (w12 >>> 18 | w12 << 14) ^ w12 >>> 3) + ((w9 >>> 17 | w9 << 15) ^ (w9 >>> 19 | w9 << 13) ^ w9 >>> 10) | 0;
  t = e + 3345764771 + w11 + (d ^ b & (c ^ d)) + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) | 0;
  a = a + t | 0;
  x = f ^ g;
  e = t + (g ^ x & y) + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) | 0;
  w12 = w12 + w5 + ((w13 >>> 7 | w13 << 25) ^ (w13 >>> 18 | w13 << 14) ^ w13 >>> 3) + ((w10 >>> 17 | w10 << 15) ^ (w10 >>> 19 | w10 << 13) ^ w10 >>> 10) | 0;
  t = d + 3516065817 + w12 + (c ^ a & (b ^ c)) + ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7)) | 0;
  h = h + t | 0;
  y = e ^ f;
  d = t + (f ^ x & y) + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10)) | 0;
  w13 = w13 + w6 + ((w14 >>> 7 | w14 << 25) ^ (w14 >>> 18 | w14 << 14) ^ w14 >>> 3) + ((w11 >>> 17 | w11 << 15) ^ (w11 >>> 19 | w11 << 13) ^ w11 >>> 10) | 0;
  t = c + 3600352804 + w13 + (b ^ h & (a ^ b)) + ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7)) | 0;
  g = g + t | 0;
  x = d ^ e;
  c = t + (e ^ x & y) + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10)) | 0;
  w14 = w14 + w7 + ((w15 >>> 7 | w15 << 25) ^ (w15 >>> 18 | w15 << 14) ^ w15 >>> 3) + ((w12 >>> 17 | w12 << 15) ^ (w12 >>> 19 | w12 << 13) ^ w12 >>> 10) | 0;
  t = b + 4094571909 + w14 + (a ^ g & (h ^ a)) + ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7)) | 0;
  f = f + t | 0;
  y = c ^ d;
  b = t + (d ^ x & y) + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10)) | 0;
  w15 = w15 + w8 + ((w0 >>> 7 | w0 << 25) ^ (w0 >>> 18 | w0 << 14) ^ w0 >>> 3) + ((w13 >>> 17 | w13 << 15) ^ (w13 >>> 19 | w13 << 13) ^ w13 >>> 10) | 0;
  t = a + 275423344 + w15 + (h ^ f & (g ^ h)) + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) | 0;
  e = e + t | 0;
  x = b ^ c;
  a = t + (c ^ x & y) + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10)) | 0;
  w0 = w0 + w9 + ((w1 >>> 7 | w1 << 25) ^ (w1 >>> 18 | w1 << 14) ^ w1 >>> 3) + ((w14 >>> 17 | w14 << 15) ^ (w14 >>> 19 | w14 << 13) ^ w14 >>> 10) | 0;
  t = h + 430227734 + w0 + (g ^ e & (f ^ g)) + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) | 0;
  d = d + t | 0;
  y = a ^ b;
  h = t + (b ^ x & y) + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) | 0;
  w1 = w1 + w10 + ((w2 >>> 7 | w2 << 25) ^ (w2 >>> 18 | w2 << 14) ^ w2 >>> 3) + ((w15 >>> 17 | w15 << 15) ^ (w15 >>> 19 | w15 << 13) ^ w15 >>> 10) | 0;
  t = g + 506948616 + w1 + (f ^ d & (e ^ f)) + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) | 0;
  c = c + t | 0;
  x = h ^ a;
  g = t + (a ^ x & y) + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10)) | 0;
  w2 = w2 + w11 + ((w3 >>> 7 | w3 << 25) ^ (w3 >>> 18 | w3 << 14) ^ w3 >>> 3) + ((w0 >>> 17 | w0 << 15) ^ (w0 >>> 19 | w0 << 13) ^ w0 >>> 10) | 0;
  t = f + 659060556 + w2 + (e ^ c & (d ^ e)) + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) | 0;
  b = b + t | 0;
  y = g ^ h;
  f = t + (h ^ x & y) + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) | 0;
  w3 = w3 + w12 + ((w4 >>> 7 | w4 << 25) ^ (w4 >>> 18 | w4 << 14) ^ w4 >>> 3) + ((w1 >>> 17 | w1 << 15) ^ (w1 >>> 19 | w1 << 13) ^ w1 >>> 10) | 0;
  t = e + 883997877 + w3 + (d ^ b & (c ^ d)) + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) | 0;
  a = a + t | 0;
  x = f ^ g;
  e = t + (g ^ x & y) + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) | 0;
  w4 = w4 + w13 + ((w5 >>> 7 | w5 << 25) ^ (w5 >>> 18 | w5 << 14) ^ w5 >>> 3) + ((w2 >>> 17 | w2 << 15) ^ (w2 >>> 19 | w2 << 13) ^ w2 >>> 10) | 0;
  t = d + 958139571 + w4 + (c ^ a & (b ^ c)) + ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7)) | 0;
  h = h + t | 0;
  y = e ^ f;
  d = t + (f ^ x & y) + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10)) | 0;
  w5 = w5 + w14 + ((w6 >>> 7 | w6 << 25) ^ (w6 >>> 18 | w6 << 14) ^ w6 >>> 3) + ((w3 >>> 17 | w3 << 15) ^ (w3 >>> 19 | w3 << 13) ^ w3 >>> 10) | 0;
  t = c + 1322822218 + w5 + (b ^ h & (a ^ b)) + ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7)) | 0;
  g = g + t | 0;
  x = d ^ e;
  c = t + (e ^ x & y) + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10)) | 0;
  w6 = w6 + w15 + ((w7 >>> 7 | w7 << 25) ^ (w7 >>> 18 | w7 << 14) ^ w7 >>> 3) + ((w4 >>> 17 | w4 << 15) ^ (w4 >>> 19 | w4 << 13) ^ w4 >>> 10) | 0;
  t = b + 1537002063 + w6 + (a ^ g & (h ^ a)) + ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7)) | 0;
  f = f + t | 0;
  y = c ^ d;
  b = t + (d ^ x & y) + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10)) | 0;
  w7 = w7 + w0 + ((w8 >>> 7 | w8 << 25) ^ (w8 >>> 18 | w8 << 14) ^ w8 >>> 3) + ((w5 >>> 17 | w5 << 15) ^ (w5 >>> 19 | w5 << 13) ^ w5 >>> 10) | 0;
  t = a + 1747873779 + w7 + (h ^ f & (g ^ h)) + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) | 0;
  e = e + t | 0;
  x = b ^ c;
  a = t + (c ^ x & y) + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10)) | 0;
  w8 = w8 + w1 + ((w9 >>> 7 | w9 << 25) ^ (w9 >>> 18 | w9 << 14) ^ w9 >>> 3) + ((w6 >>> 17 | w6 << 15) ^ (w6 >>> 19 | w6 << 13) ^ w6 >>> 10) | 0;
  t = h + 1955562222 + w8 + (g ^ e & (f ^ g)) + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) | 0;
  d = d + t | 0;
  y = a ^ b;
  h = t + (b ^ x & y) + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) | 0;
  w9 = w9 + w2 + ((w10 >>> 7 | w10 << 25) ^ (w10 >>> 18 | w10 << 14) ^ w10 >>> 3) + ((w7 >>> 17 | w7 << 15) ^ (w7 >>> 19 | w7 << 13) ^ w7 >>> 10) | 0;
  t = g + 2024104815 + w9 + (f ^ d & (e ^ f)) + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) | 0;
  c = c + t | 0;
  x = h ^ a;
  g = t + (a ^ x & y) + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10)) | 0;
  w10 = w10 + w3 + ((w11 >>> 7 | w11 << 25) ^ (w11 >>> 18 | w11 << 14) ^ w11 >>> 3) + ((w8 >>> 17 | w8 << 15) ^ (w8 >>> 19 | w8 << 13) ^ w8 >>> 10) | 0;
  t = f + 2227730452 + w10 + (e ^ c & (d ^ e)) + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) | 0;
  b = b + t | 0;
  y = g ^ h;
  f = t + (h ^ x & y) + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) | 0;
  w11 = w11 + w4 + ((w12 >>> 7 | w12 << 25) ^ (w12 >>> 18 | w12 << 14) ^ w12 >>> 3) + ((w9 >>> 17 | w9 << 15) ^ (w9 >>> 19 | w9 << 13) ^ w9 >>> 10) | 0;
  t = e + 2361852424 + w11 + (d ^ b & (c ^ d)) + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) | 0;
  a = a + t | 0;
  x = f ^ g;
  e = t + (g ^ x & y) + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) | 0;
  w12 = w12 + w5 + ((w13 >>> 7 | w13 << 25) ^ (w13 >>> 18 | w13 << 14) ^ w13 >>> 3) + ((w10 >>> 17 | w10 << 15) ^ (w10 >>> 19 | w10 << 13) ^ w10 >>> 10) | 0;
  t = d + 2428436474 + w12 + (c ^ a & (b ^ c)) + ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7)) | 0;
  h = h + t | 0;
  y = e ^ f;
  d = t + (f ^ x & y) + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10)) | 0;
  w13 = w13 + w6 + ((w14 >>> 7 | w14 << 25) ^ (w14 >>> 18 | w14 << 14) ^ w14 >>> 3) + ((w11 >>> 17 | w11 << 15) ^ (w11 >>> 19 | w11 << 13) ^ w11 >>> 10) | 0;
  t = c + 2756734187 + w13 + (b ^ h & (a ^ b)) + ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7)) | 0;
  g = g + t | 0;
  x = d ^ e;
  c = t + (e ^ x & y) + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10)) | 0;
  w14 = w14 + w7 + ((w15 >>> 7 | w15 << 25) ^ (w15 >>> 18 | w15 << 14) ^ w15 >>> 3) + ((w12 >>> 17 | w12 << 15) ^ (w12 >>> 19 | w12 << 13) ^ w12 >>> 10) | 0;
  t = b + 3204031479 + w14 + (a ^ g & (h ^ a)) + ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7)) | 0;
  f = f + t | 0;
  y = c ^ d;
  b = t + (d ^ x & y) + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10)) | 0;
  w15 = w15 + w8 + ((w0 >>> 7 | w0 << 25) ^ (w0 >>> 18 | w0 << 14) ^ w0 >>> 3) + ((w13 >>> 17 | w13 << 15) ^ (w13 >>> 19 | w13 << 13) ^ w13 >>> 10) | 0;
  t = a + 3329325298 + w15 + (h ^ f & (g ^ h)) + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) | 0;
  e = e + t | 0;
  x = b ^ c;
  a = t + (c ^ x & y) + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10)) | 0;
  out[0] = from[0] + a | 0;
  out[1] = from[1] + b | 0;
  out[2] = from[2] + c | 0;
  out[3] = from[3] + d | 0;
  out[4] = from[4] + e | 0;
  out[5] = from[5] + f | 0;
  out[6] = from[6] + g | 0;
  out[7] = from[7] + h | 0;
}

// build/src/lib/sha256/javascript-hasher.js
init_define_ORCAPOOL_PINS();

// build/src/lib/sha256/packed-template.js
init_define_ORCAPOOL_PINS();

// build/src/lib/coded-error.js
init_define_ORCAPOOL_PINS();
var CodedError = class extends Error {
  code;
  data;
  constructor(code, message2, data = {}, cause) {
    super(message2, cause === void 0 ? void 0 : { cause });
    this.name = new.target.name;
    this.code = code;
    this.data = data;
  }
};
function errorCode(error) {
  const code = error?.code;
  return typeof code === "string" || typeof code === "number" ? code : void 0;
}
function errorMessage(error) {
  const message2 = error?.message;
  return typeof message2 === "string" ? message2 : String(error);
}

// build/src/lib/sha256/packed-template.js
var HEADER_BYTES = 80;
var HASH_BYTES = 32;
var PACKED = {
  version: 0,
  prevHash: 4,
  merkleRoot: 36,
  time: 68,
  bits: 72,
  nonce: 76,
  /** Of the whole header, where the add-on leaves it. */
  hash: HEADER_BYTES,
  branch: HEADER_BYTES + HASH_BYTES
};

// build/src/lib/sha256/javascript-hasher.js
var PAD = 2147483648 | 0;
var state = new Int32Array(8);
var block = new Int32Array(16);
var digest = Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, PAD, 0, 0, 0, 0, 0, 0, 256);
var pair = new Int32Array(16);
var PADDING_64 = Int32Array.of(PAD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 512);
var headerEnd = Int32Array.of(0, 0, 0, 0, PAD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 640);
var firstBlock = new Int32Array(16);
var firstState = new Int32Array(8);
compress(firstState, INITIAL_STATE, firstBlock);
var message = new Uint8Array(1024);
var messageView = new DataView(message.buffer);

// build/src/lib/sha256/portable.js
var state2 = new Int32Array(8);
var block2 = new Int32Array(16);
var PAD2 = 2147483648 | 0;
var digest2 = Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, PAD2, 0, 0, 0, 0, 0, 0, 256);
function hashInto(out, data) {
  const { length } = data;
  let at = 0;
  let from = INITIAL_STATE;
  for (; at + 64 <= length; at += 64) {
    for (let i = 0, byte = at; i < 16; i++, byte += 4) {
      block2[i] = data[byte] << 24 | data[byte + 1] << 16 | data[byte + 2] << 8 | data[byte + 3];
    }
    compress(state2, from, block2);
    from = state2;
  }
  block2.fill(0);
  for (let i = 0; at + i < length; i++)
    block2[i >> 2] |= data[at + i] << 24 - 8 * (i & 3);
  const rest = length - at;
  block2[rest >> 2] |= 128 << 24 - 8 * (rest & 3);
  if (rest >= 56) {
    compress(state2, from, block2);
    from = state2;
    block2.fill(0);
  }
  block2[14] = Math.floor(length / 536870912);
  block2[15] = length << 3;
  compress(out, from, block2);
}
function bytesOf(words) {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++)
    bytes[i] = words[i >> 2] >>> 24 - 8 * (i & 3);
  return bytes;
}
function sha256(data) {
  hashInto(state2, data);
  return bytesOf(state2);
}
function sha256d(data) {
  hashInto(digest2, data);
  compress(state2, INITIAL_STATE, digest2);
  return bytesOf(state2);
}

// build/src/lib/byte-reader.js
init_define_ORCAPOOL_PINS();
var ByteReaderError = class extends CodedError {
};
var ByteReader = class {
  buffer;
  view;
  offset = 0;
  constructor(buffer2) {
    this.buffer = buffer2;
    this.view = new DataView(buffer2.buffer, buffer2.byteOffset, buffer2.byteLength);
  }
  get left() {
    return this.buffer.length - this.offset;
  }
  take(count) {
    if (count > this.left) {
      throw new ByteReaderError("BYTES_TRUNCATED", `wanted ${count} bytes at offset ${this.offset}, ${this.left} left`);
    }
    const at = this.offset;
    this.offset += count;
    return at;
  }
  u8() {
    return this.view.getUint8(this.take(1));
  }
  u16() {
    return this.view.getUint16(this.take(2), true);
  }
  u32() {
    return this.view.getUint32(this.take(4), true);
  }
  u64() {
    return this.view.getBigUint64(this.take(8), true);
  }
  varint() {
    const first = this.u8();
    if (first < 253)
      return first;
    const value2 = first === 253 ? this.u16() : first === 254 ? this.u32() : Number(this.u64());
    const least = first === 253 ? 253 : first === 254 ? 65536 : 4294967296;
    if (value2 < least)
      throw new ByteReaderError("VARINT_NOT_MINIMAL", `varint ${value2} is longer than it need be`);
    if (value2 > Number.MAX_SAFE_INTEGER)
      throw new ByteReaderError("VARINT_TOO_LARGE", "varint above 2^53");
    return value2;
  }
  bytes(count) {
    const at = this.take(count);
    return this.buffer.slice(at, at + count);
  }
  varbytes() {
    return this.bytes(this.varint());
  }
  end() {
    if (this.left > 0)
      throw new ByteReaderError("BYTES_TRAILING", `${this.left} bytes left over`);
  }
};

// build/src/lib/byte-writer.js
init_define_ORCAPOOL_PINS();
var ByteWriter = class {
  buffer;
  view;
  length = 0;
  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
    this.view = new DataView(this.buffer.buffer);
  }
  room(extra) {
    const at = this.length;
    this.length += extra;
    if (this.length > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.length, this.buffer.length * 2));
      grown.set(this.buffer);
      this.buffer = grown;
      this.view = new DataView(grown.buffer);
    }
    return at;
  }
  u8(value2) {
    const at = this.room(1);
    this.view.setUint8(at, value2);
    return this;
  }
  u16(value2) {
    const at = this.room(2);
    this.view.setUint16(at, value2, true);
    return this;
  }
  u32(value2) {
    const at = this.room(4);
    this.view.setUint32(at, value2, true);
    return this;
  }
  u64(value2) {
    const at = this.room(8);
    this.view.setBigUint64(at, value2, true);
    return this;
  }
  /** Bitcoin's CompactSize; `value` ≤ 2^53. */
  varint(value2) {
    if (value2 < 253)
      return this.u8(value2);
    if (value2 <= 65535)
      return this.u8(253).u16(value2);
    if (value2 <= 4294967295)
      return this.u8(254).u32(value2);
    return this.u8(255).u64(BigInt(value2));
  }
  bytes(bytes) {
    const at = this.room(bytes.length);
    this.buffer.set(bytes, at);
    return this;
  }
  /** A varint length, then the bytes. */
  varbytes(bytes) {
    return this.varint(bytes.length).bytes(bytes);
  }
  /** A copy; the writer may go on. */
  finish() {
    return this.buffer.slice(0, this.length);
  }
};

// build/src/lib/bytes.js
init_define_ORCAPOOL_PINS();
var HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
var NOT_HEX = 128;
var NIBBLE_OF_CODE = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase());
  return digit < 0 ? NOT_HEX : digit;
});
var HexError = class extends CodedError {
};
function toHex(bytes) {
  let hex = "";
  for (let i = 0; i < bytes.length; i++)
    hex += HEX_OF_BYTE[bytes[i]];
  return hex;
}
function fromHex(hex, length) {
  const bytes = new Uint8Array(hex.length >>> 1);
  let malformed = hex.length & 1;
  for (let i = 0; i < bytes.length; i++) {
    const high = NIBBLE_OF_CODE[hex.charCodeAt(2 * i)] ?? NOT_HEX;
    const low = NIBBLE_OF_CODE[hex.charCodeAt(2 * i + 1)] ?? NOT_HEX;
    malformed |= (high | low) & NOT_HEX;
    bytes[i] = high << 4 | low;
  }
  if (malformed !== 0) {
    throw new HexError("HEX_MALFORMED", `not an even run of hex digits: "${hex.slice(0, 80)}"`);
  }
  if (length !== void 0 && bytes.length !== length) {
    throw new HexError("HEX_LENGTH", `expected ${length} bytes of hex, got ${bytes.length}`);
  }
  return bytes;
}
function fromDisplayHex(hex) {
  return fromHex(hex, 32).reverse();
}
function reversed(bytes) {
  return Uint8Array.from(bytes).reverse();
}
function concatBytes(...parts2) {
  let length = 0;
  for (const part of parts2)
    length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts2) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
function equalBytes(a, b) {
  if (a.length !== b.length)
    return false;
  for (let i = 0; i < a.length; i++)
    if (a[i] !== b[i])
      return false;
  return true;
}
function compareBytes(a, b) {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++)
    if (a[i] !== b[i])
      return a[i] - b[i];
  return a.length - b.length;
}
function bigintFromLe(bytes) {
  return BigInt(`0x${toHex(reversed(bytes)) || "0"}`);
}
function bigintToLe(value2, length) {
  return fromHex(value2.toString(16).padStart(length * 2, "0"), length).reverse();
}
var encoder = new TextEncoder();
var decoder = new TextDecoder();
function utf8(text) {
  return encoder.encode(text);
}
function fromUtf8(bytes) {
  return decoder.decode(bytes);
}

// build/src/lib/manual-clock.js
init_define_ORCAPOOL_PINS();

// build/src/lib/tagged-hash.js
init_define_ORCAPOOL_PINS();
function taggedHash(tag) {
  const tagHash = sha256(utf8(tag));
  const prefix = concatBytes(tagHash, tagHash);
  return (message2) => sha256(concatBytes(prefix, message2));
}

// build/src/lib/week.js
init_define_ORCAPOOL_PINS();

// build/orca/task/src/koii/koii-node.js
var KoiiNodeError = class extends CodedError {
};

// build/orca/task/src/koii/staking-key.js
init_define_ORCAPOOL_PINS();
var import_node_crypto = require("node:crypto");

// ../../main/node_modules/@scure/base/index.js
init_define_ORCAPOOL_PINS();
var freeze = (fn) => Object.freeze(fn());
function isBytes(a) {
  return a instanceof Uint8Array || ArrayBuffer.isView(a) && a.constructor.name === "Uint8Array" && "BYTES_PER_ELEMENT" in a && a.BYTES_PER_ELEMENT === 1;
}
function abytes(b) {
  if (!isBytes(b))
    throw new TypeError("Uint8Array expected");
}
function astr(label, input) {
  if (typeof input !== "string")
    throw new TypeError(`${label}: string expected`);
  return true;
}
var asciiDecoder = /* @__PURE__ */ (() => {
  try {
    const decoder2 = new TextDecoder();
    return decoder2.decode(Uint8Array.of(65, 48, 43, 127)) === "A0+\x7F" ? decoder2 : void 0;
  } catch (e) {
    return void 0;
  }
})();
var B2S_CHUNK = 8192;
function charcodesToString(codes) {
  const len = codes.length;
  if (asciiDecoder !== void 0 && len >= 12)
    return asciiDecoder.decode(codes);
  if (len <= B2S_CHUNK)
    return String.fromCharCode.apply(null, codes);
  let res = "";
  for (let i = 0; i < len; i += B2S_CHUNK)
    res += String.fromCharCode.apply(null, codes.subarray(i, i + B2S_CHUNK));
  return res;
}
function alphabet(letters, aliases) {
  const len = letters.length;
  if (len > 128)
    throw new Error("alphabet: max 128 letters");
  const encTable = new Uint8Array(len);
  const decTable = new Int8Array(128).fill(-1);
  for (let i = 0; i < len; i++) {
    const code = letters.charCodeAt(i);
    if (letters.codePointAt(i) !== code || code > 127)
      throw new Error("alphabet: single-char ASCII letters only");
    encTable[i] = code;
    decTable[code] = i;
  }
  if (aliases !== void 0) {
    for (const alias of Object.keys(aliases)) {
      const code = alias.charCodeAt(0);
      const target = decTable[aliases[alias].charCodeAt(0)];
      if (alias.length !== 1 || code > 127 || target === void 0 || target === -1)
        throw new Error(`alphabet: invalid alias ${alias}`);
      decTable[code] = target;
    }
  }
  return {
    encode: (digits) => {
      const codes = new Uint8Array(digits.length);
      for (let i = 0; i < digits.length; i++) {
        const d = digits[i];
        const code = encTable[d];
        if (code === void 0)
          throw new Error(`alphabet.encode: invalid digit ${d}`);
        codes[i] = code;
      }
      return charcodesToString(codes);
    },
    decode: (input) => {
      astr("decode", input);
      const slen = input.length;
      const digits = new Uint8Array(slen);
      for (let i = 0; i < slen; i++) {
        const code = input.charCodeAt(i);
        const digit = code < 128 ? decTable[code] : -1;
        if (digit === -1)
          throw new Error(`Unknown letter "${input[i]}". Allowed: ${letters}`);
        digits[i] = digit;
      }
      return digits;
    }
  };
}
var B58_GROUP = 656356768;
var RADIX_BASE_N_MAX_LENGTH = 65536;
var BASE_N_MAX_BYTES = 2048;
var BASE_N_MAX_CHARS = 4096;
var radixBaseN = (BASE, GROUP) => ({
  encode: (bytes) => {
    abytes(bytes);
    const blen = bytes.length;
    if (blen === 0)
      return new Uint8Array(0);
    if (blen >= RADIX_BASE_N_MAX_LENGTH)
      throw new Error("invalid length");
    let zeros = 0;
    while (zeros < blen - 1 && bytes[zeros] === 0)
      zeros++;
    const nlimbs = Math.ceil(blen / 2);
    const limbs = new Uint16Array(nlimbs);
    const odd = blen & 1;
    if (odd)
      limbs[0] = bytes[0];
    for (let i = odd, j2 = odd; i < blen; i += 2, j2++)
      limbs[j2] = bytes[i] << 8 | bytes[i + 1];
    const groups = [];
    let pos = 0;
    while (pos < nlimbs) {
      let carry = 0;
      for (let i = pos; i < nlimbs; i++) {
        const cur = carry * 65536 + limbs[i];
        const q = Math.floor(cur / GROUP);
        carry = cur - q * GROUP;
        limbs[i] = q;
        if (q === 0 && i === pos)
          pos++;
      }
      groups.push(carry);
    }
    const top = groups.length - 1;
    let sig = top * 5;
    for (let v = groups[top]; ; v = Math.floor(v / BASE)) {
      sig++;
      if (v < BASE)
        break;
    }
    const res = new Uint8Array(zeros + sig);
    let j = res.length - 1;
    for (let g = 0; g < top; g++) {
      let v = groups[g];
      for (let k = 0; k < 5; k++) {
        res[j--] = v % BASE;
        v = Math.floor(v / BASE);
      }
    }
    for (let v = groups[top]; j >= zeros; v = Math.floor(v / BASE))
      res[j--] = v % BASE;
    return res;
  },
  decode: (digits) => {
    abytes(digits);
    const dlen = digits.length;
    if (dlen === 0)
      return new Uint8Array(0);
    if (dlen >= RADIX_BASE_N_MAX_LENGTH)
      throw new Error("invalid length");
    let zeros = 0;
    while (zeros < dlen - 1 && digits[zeros] === 0)
      zeros++;
    const limbs = new Uint16Array(Math.ceil(dlen * 6 / 16) + 1);
    let used = 0;
    let i = 0;
    let group = dlen % 5 || 5;
    while (i < dlen) {
      let gval = 0;
      let factor = 1;
      for (const end = i + group; i < end; i++) {
        const d = digits[i];
        if (d >= BASE)
          throw new Error(`invalid integer: ${d}`);
        gval = gval * BASE + d;
        factor *= BASE;
      }
      group = 5;
      let carry = gval;
      for (let k = 0; k < used; k++) {
        const cur = limbs[k] * factor + carry;
        carry = Math.floor(cur / 65536);
        limbs[k] = cur - carry * 65536;
      }
      for (; carry > 0; carry = Math.floor(carry / 65536))
        limbs[used++] = carry % 65536;
    }
    const valueBytes = used === 0 ? 1 : used * 2 - (limbs[used - 1] < 256 ? 1 : 0);
    const res = new Uint8Array(zeros + valueBytes);
    let j = res.length - 1;
    for (let k = 0; k < used; k++) {
      const limb = limbs[k];
      res[j--] = limb & 255;
      if (j >= zeros)
        res[j--] = limb >> 8;
    }
    return res;
  }
});
var genBaseN = (radix, abc) => {
  const letters = alphabet(abc);
  return {
    encode(bytes) {
      abytes(bytes);
      if (bytes.length > BASE_N_MAX_BYTES)
        throw new Error("invalid length");
      return letters.encode(radix.encode(bytes));
    },
    decode(str) {
      astr("baseN.decode", str);
      if (str.length > BASE_N_MAX_CHARS)
        throw new Error("invalid length");
      return radix.decode(letters.decode(str));
    }
  };
};
var radix58 = /* @__PURE__ */ radixBaseN(58, B58_GROUP);
var genBase58 = (abc) => genBaseN(radix58, abc);
var base58 = /* @__PURE__ */ freeze(() => genBase58("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"));

// build/orca/task/src/koii/staking-key.js
var PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");
var tokenOf = taggedHash("orcapool/task-token/1");
function stakingKeyOf(secretKey) {
  const seed = secretKey.slice(0, 32);
  const publicKey = secretKey.slice(32, 64);
  const key = (0, import_node_crypto.createPrivateKey)({ key: Buffer.concat([PKCS8_HEAD, seed]), format: "der", type: "pkcs8" });
  return {
    publicKey,
    address: base58.encode(publicKey),
    sign: (message2) => new Uint8Array((0, import_node_crypto.sign)(null, message2, key)),
    taskToken: () => toHex(tokenOf(seed))
  };
}
function readStakingKey(answer) {
  const secret = answer?._keypair?.secretKey;
  if (typeof secret !== "object" || secret === null)
    return null;
  const bytes = Object.values(secret);
  if (bytes.length !== 64 || bytes.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255))
    return null;
  return stakingKeyOf(Uint8Array.from(bytes));
}

// build/orca/task/src/koii/wire-client.js
init_define_ORCAPOOL_PINS();
var PATIENCE_MS = 12e4;
var WireClient = class {
  taskId;
  secret;
  url;
  constructor(nodePort, taskId, secret) {
    this.taskId = taskId;
    this.secret = secret;
    this.url = `http://127.0.0.1:${nodePort}/namespace-wrapper`;
  }
  async call(method, ...more) {
    const { taskId, secret } = this;
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ args: [method, ...more], taskId, secret }),
        signal: AbortSignal.timeout(PATIENCE_MS)
      });
      const body = await response.json();
      if (response.status === 200)
        return body.response;
      return failure(response.status, String(body.message ?? "no reason given"));
    } catch (error) {
      return failure(null, errorMessage(error));
    }
  }
};
function failure(status, message2) {
  return { error: { status, message: message2 } };
}
function isFailure(answer) {
  return typeof answer === "object" && answer !== null && "error" in answer;
}

// build/orca/task/src/koii/http-koii-node.js
var USUAL_SLOT_MS = 420;
var HttpKoiiNode = class {
  wire;
  key = null;
  constructor(wire) {
    this.wire = wire;
  }
  async stakingKey() {
    this.key ??= readStakingKey(await this.ask("getSubmitterAccount"));
    if (this.key !== null)
      return this.key;
    throw unexpected("getSubmitterAccount", "no keypair");
  }
  async slot() {
    const slot = await this.ask("getCurrentSlot");
    if (typeof slot === "number" && slot > 0)
      return slot;
    throw unexpected("getCurrentSlot", slot);
  }
  async averageSlotMs() {
    const slotMs = await this.ask("getAverageSlotTime");
    return typeof slotMs === "number" && slotMs > 0 ? slotMs : USUAL_SLOT_MS;
  }
  basePath() {
    return this.text("getBasePath");
  }
  rpcUrl() {
    return this.text("getRpcUrl");
  }
  async taskState({ stakes }) {
    const wishes = {
      is_submission_required: false,
      is_distribution_required: false,
      is_available_balances_required: false,
      is_stake_list_required: stakes
    };
    const state3 = await this.ask("getTaskState", wishes);
    if (typeof state3 === "object" && state3 !== null && "round_time" in state3)
      return state3;
    throw unexpected("getTaskState", state3);
  }
  async submissionInfo(round) {
    return await this.ask("getTaskSubmissionInfo", round) ?? null;
  }
  async distributionInfo(round) {
    return await this.ask("getTaskDistributionInfo", round) ?? null;
  }
  async submit(value2, round) {
    await this.ask("checkSubmissionAndUpdateRound", value2, round);
  }
  async vote(candidate, isValid, round) {
    await this.ask("auditSubmission", candidate, isValid, round);
  }
  async voteOnList(candidate, isValid, round) {
    await this.ask("distributionListAuditSubmission", candidate, isValid, round);
  }
  async uploadList(list, round) {
    return await this.ask("uploadDistributionList", list, round) === true;
  }
  async submitList(round) {
    await this.ask("distributionListSubmissionOnChain", round);
  }
  async list(author, round) {
    const list = await this.ask("getDistributionList", author, round);
    return list === null || list === void 0 ? null : readList(list);
  }
  async payOut(round) {
    await this.ask("payloadTrigger", round);
  }
  async notify(level, what, whatToDo) {
    await this.wire.call("logger", level, what, whatToDo);
  }
  async text(method) {
    const answer = await this.ask(method);
    if (typeof answer === "string" && answer !== "")
      return answer;
    throw unexpected(method, answer);
  }
  async ask(method, ...more) {
    const answer = await this.wire.call(method, ...more);
    if (!isFailure(answer))
      return answer;
    const { status, message: message2 } = answer.error;
    if (status === null) {
      throw new KoiiNodeError("KOII_NO_ANSWER", `the Koii node did not answer ${method}: ${message2}`, {
        method
      });
    }
    throw new KoiiNodeError("KOII_REFUSED", `the Koii node refused ${method}: ${message2}`, {
      method,
      status
    });
  }
};
function unexpected(method, answer) {
  const said = JSON.stringify(answer)?.slice(0, 100);
  return new KoiiNodeError("KOII_ANSWER", `the Koii node answered ${method} with ${said}`, { method });
}
function readList(answer) {
  let list = answer;
  try {
    if (typeof answer === "string")
      list = JSON.parse(answer.replace(/\0+$/, ""));
  } catch {
    list = null;
  }
  if (typeof list === "object" && list !== null && !Array.isArray(list))
    return list;
  throw unexpected("getDistributionList", answer);
}

// build/orca/task/src/koii/node-arguments.js
init_define_ORCAPOOL_PINS();
var NodeArgumentsError = class extends CodedError {
};
function readNodeArguments(argv) {
  const [taskName, taskId, httpPort, mode, mainAccount, secret, k2Url, serviceUrl, stake, nodePort] = argv.slice(2);
  const numbers = [httpPort, stake, nodePort].map(Number);
  if (!taskId || !secret || numbers.some((value2) => !Number.isSafeInteger(value2))) {
    throw new NodeArgumentsError("ARGUMENTS_MISSING", "a Koii node starts this file with the ten arguments of a task: add the task in the node and start it there");
  }
  return {
    ...{ taskName, taskId, httpPort: numbers[0], mode, mainAccount },
    ...{ secret, k2Url, serviceUrl, stake: numbers[1], nodePort: numbers[2] }
  };
}

// build/orca/task/src/run-task.js
init_define_ORCAPOOL_PINS();

// build/orca/task/src/exit-guard.js
init_define_ORCAPOOL_PINS();
var PATIENCE_MS2 = 2e3;
function guardExit(node2) {
  let isEnding = false;
  const end = (error) => {
    if (isEnding)
      return;
    isEnding = true;
    console.error(error);
    setTimeout(() => process.exit(0), PATIENCE_MS2);
    const what = `The Bitcoin pool task has to start again: ${errorMessage(error)}`;
    const whatToDo = "Nothing, if it runs again in five minutes; else report the last lines of its log.";
    void node2.notify("error", what, whatToDo).then(() => process.exit(0));
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}

// build/orca/task/src/k2/k2-rpc.js
init_define_ORCAPOOL_PINS();
var K2RpcError = class extends CodedError {
};
var PATIENCE_MS3 = 2e4;
var FINALIZED = { commitment: "finalized" };
var K2Rpc = class {
  url;
  constructor(url2) {
    this.url = url2;
  }
  /** Null while there is none. Throws `K2RpcError`. */
  async firstBlockFrom(slot) {
    const slots = await this.ask("getBlocksWithLimit", [slot, 1, FINALIZED]);
    const first = Array.isArray(slots) ? slots[0] : void 0;
    if (typeof first !== "number")
      return null;
    const wishes = { ...FINALIZED, encoding: "json", transactionDetails: "none", rewards: false };
    const block3 = await this.ask("getBlock", [first, wishes]);
    if (typeof block3?.blockhash !== "string")
      return null;
    try {
      const blockhash = base58.decode(block3.blockhash);
      if (blockhash.length === 32)
        return { slot: first, blockhash };
    } catch {
    }
    throw new K2RpcError("K2_ANSWER", `K2 names block ${first} with ${block3.blockhash}, which is no blockhash`);
  }
  async ask(method, params) {
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
        signal: AbortSignal.timeout(PATIENCE_MS3)
      });
      const { result, error } = await response.json();
      if (error !== void 0)
        throw new K2RpcError("K2_ANSWER", `K2 refused ${method}: ${error.message}`);
      return result;
    } catch (error) {
      if (error instanceof K2RpcError)
        throw error;
      throw new K2RpcError("K2_NO_ANSWER", `K2 did not answer ${method}: ${errorMessage(error)}`, {}, error);
    }
  }
};

// build/orca/task/src/koii/ipc-calls.js
init_define_ORCAPOOL_PINS();
function callOf(message2, calls) {
  const { functionCall, roundNumber, isPreviousRoundFailed } = message2 ?? {};
  if (typeof roundNumber !== "number")
    return null;
  switch (functionCall) {
    case "executeTask":
      return () => calls.task(roundNumber);
    case "submitPayload":
      return () => calls.submission(roundNumber);
    case "auditPayload":
      return () => calls.audit(roundNumber);
    case "generateAndSubmitDistributionList":
      return () => calls.distribution(roundNumber, isPreviousRoundFailed === true);
    case "distributionListAudit":
      return () => calls.auditDistribution(roundNumber);
    default:
      return null;
  }
}

// build/orca/task/src/orca/orca-client.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/socket.io-client/build/esm-debug/index.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/socket.io-client/build/esm-debug/url.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/index.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/socket.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/index.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/polling-xhr.node.js
init_define_ORCAPOOL_PINS();
var XMLHttpRequestModule = __toESM(require_XMLHttpRequest(), 1);

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/polling-xhr.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/polling.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transport.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-parser/build/esm/index.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-parser/build/esm/encodePacket.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-parser/build/esm/commons.js
init_define_ORCAPOOL_PINS();
var PACKET_TYPES = /* @__PURE__ */ Object.create(null);
PACKET_TYPES["open"] = "0";
PACKET_TYPES["close"] = "1";
PACKET_TYPES["ping"] = "2";
PACKET_TYPES["pong"] = "3";
PACKET_TYPES["message"] = "4";
PACKET_TYPES["upgrade"] = "5";
PACKET_TYPES["noop"] = "6";
var PACKET_TYPES_REVERSE = /* @__PURE__ */ Object.create(null);
Object.keys(PACKET_TYPES).forEach((key) => {
  PACKET_TYPES_REVERSE[PACKET_TYPES[key]] = key;
});
var ERROR_PACKET = { type: "error", data: "parser error" };

// ../../../tmp/orca-nm/node_modules/engine.io-parser/build/esm/encodePacket.js
var encodePacket = ({ type, data }, supportsBinary, callback) => {
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) {
    return callback(supportsBinary ? data : "b" + toBuffer(data, true).toString("base64"));
  }
  return callback(PACKET_TYPES[type] + (data || ""));
};
var toBuffer = (data, forceBufferConversion) => {
  if (Buffer.isBuffer(data) || data instanceof Uint8Array && !forceBufferConversion) {
    return data;
  } else if (data instanceof ArrayBuffer) {
    return Buffer.from(data);
  } else {
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }
};
var TEXT_ENCODER;
function encodePacketToBinary(packet, callback) {
  if (packet.data instanceof ArrayBuffer || ArrayBuffer.isView(packet.data)) {
    return callback(toBuffer(packet.data, false));
  }
  encodePacket(packet, true, (encoded) => {
    if (!TEXT_ENCODER) {
      TEXT_ENCODER = new TextEncoder();
    }
    callback(TEXT_ENCODER.encode(encoded));
  });
}

// ../../../tmp/orca-nm/node_modules/engine.io-parser/build/esm/decodePacket.js
init_define_ORCAPOOL_PINS();
var decodePacket = (encodedPacket, binaryType) => {
  if (typeof encodedPacket !== "string") {
    return {
      type: "message",
      data: mapBinary(encodedPacket, binaryType)
    };
  }
  const type = encodedPacket.charAt(0);
  if (type === "b") {
    const buffer2 = Buffer.from(encodedPacket.substring(1), "base64");
    return {
      type: "message",
      data: mapBinary(buffer2, binaryType)
    };
  }
  if (!PACKET_TYPES_REVERSE[type]) {
    return ERROR_PACKET;
  }
  return encodedPacket.length > 1 ? {
    type: PACKET_TYPES_REVERSE[type],
    data: encodedPacket.substring(1)
  } : {
    type: PACKET_TYPES_REVERSE[type]
  };
};
var mapBinary = (data, binaryType) => {
  switch (binaryType) {
    case "arraybuffer":
      if (data instanceof ArrayBuffer) {
        return data;
      } else if (Buffer.isBuffer(data)) {
        return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
      } else {
        return data.buffer;
      }
    case "nodebuffer":
    default:
      if (Buffer.isBuffer(data)) {
        return data;
      } else {
        return Buffer.from(data);
      }
  }
};

// ../../../tmp/orca-nm/node_modules/engine.io-parser/build/esm/index.js
var SEPARATOR = String.fromCharCode(30);
var encodePayload = (packets, callback) => {
  const length = packets.length;
  const encodedPackets = new Array(length);
  let count = 0;
  packets.forEach((packet, i) => {
    encodePacket(packet, false, (encodedPacket) => {
      encodedPackets[i] = encodedPacket;
      if (++count === length) {
        callback(encodedPackets.join(SEPARATOR));
      }
    });
  });
};
var decodePayload = (encodedPayload, binaryType) => {
  const encodedPackets = encodedPayload.split(SEPARATOR);
  const packets = [];
  for (let i = 0; i < encodedPackets.length; i++) {
    const decodedPacket = decodePacket(encodedPackets[i], binaryType);
    packets.push(decodedPacket);
    if (decodedPacket.type === "error") {
      break;
    }
  }
  return packets;
};
function createPacketEncoderStream() {
  return new TransformStream({
    transform(packet, controller) {
      encodePacketToBinary(packet, (encodedPacket) => {
        const payloadLength = encodedPacket.length;
        let header2;
        if (payloadLength < 126) {
          header2 = new Uint8Array(1);
          new DataView(header2.buffer).setUint8(0, payloadLength);
        } else if (payloadLength < 65536) {
          header2 = new Uint8Array(3);
          const view2 = new DataView(header2.buffer);
          view2.setUint8(0, 126);
          view2.setUint16(1, payloadLength);
        } else {
          header2 = new Uint8Array(9);
          const view2 = new DataView(header2.buffer);
          view2.setUint8(0, 127);
          view2.setBigUint64(1, BigInt(payloadLength));
        }
        if (packet.data && typeof packet.data !== "string") {
          header2[0] |= 128;
        }
        controller.enqueue(header2);
        controller.enqueue(encodedPacket);
      });
    }
  });
}
var TEXT_DECODER;
function totalLength(chunks) {
  return chunks.reduce((acc, chunk) => acc + chunk.length, 0);
}
function concatChunks(chunks, size) {
  if (chunks[0].length === size) {
    return chunks.shift();
  }
  const buffer2 = new Uint8Array(size);
  let j = 0;
  for (let i = 0; i < size; i++) {
    buffer2[i] = chunks[0][j++];
    if (j === chunks[0].length) {
      chunks.shift();
      j = 0;
    }
  }
  if (chunks.length && j < chunks[0].length) {
    chunks[0] = chunks[0].slice(j);
  }
  return buffer2;
}
function createPacketDecoderStream(maxPayload, binaryType) {
  if (!TEXT_DECODER) {
    TEXT_DECODER = new TextDecoder();
  }
  const chunks = [];
  let state3 = 0;
  let expectedLength = -1;
  let isBinary2 = false;
  return new TransformStream({
    transform(chunk, controller) {
      chunks.push(chunk);
      while (true) {
        if (state3 === 0) {
          if (totalLength(chunks) < 1) {
            break;
          }
          const header2 = concatChunks(chunks, 1);
          isBinary2 = (header2[0] & 128) === 128;
          expectedLength = header2[0] & 127;
          if (expectedLength < 126) {
            state3 = 3;
          } else if (expectedLength === 126) {
            state3 = 1;
          } else {
            state3 = 2;
          }
        } else if (state3 === 1) {
          if (totalLength(chunks) < 2) {
            break;
          }
          const headerArray = concatChunks(chunks, 2);
          expectedLength = new DataView(headerArray.buffer, headerArray.byteOffset, headerArray.length).getUint16(0);
          state3 = 3;
        } else if (state3 === 2) {
          if (totalLength(chunks) < 8) {
            break;
          }
          const headerArray = concatChunks(chunks, 8);
          const view2 = new DataView(headerArray.buffer, headerArray.byteOffset, headerArray.length);
          const n = view2.getUint32(0);
          if (n > Math.pow(2, 53 - 32) - 1) {
            controller.enqueue(ERROR_PACKET);
            break;
          }
          expectedLength = n * Math.pow(2, 32) + view2.getUint32(4);
          state3 = 3;
        } else {
          if (totalLength(chunks) < expectedLength) {
            break;
          }
          const data = concatChunks(chunks, expectedLength);
          controller.enqueue(decodePacket(isBinary2 ? data : TEXT_DECODER.decode(data), binaryType));
          state3 = 0;
        }
        if (expectedLength === 0 || expectedLength > maxPayload) {
          controller.enqueue(ERROR_PACKET);
          break;
        }
      }
    }
  });
}
var protocol = 4;

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transport.js
var import_component_emitter = __toESM(require_cjs(), 1);

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/util.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/globals.node.js
init_define_ORCAPOOL_PINS();
var nextTick = process.nextTick;
var globalThisShim = global;
var defaultBinaryType = "nodebuffer";
function createCookieJar() {
  return new CookieJar();
}
function parse(setCookieString) {
  const parts2 = setCookieString.split("; ");
  const i = parts2[0].indexOf("=");
  if (i === -1) {
    return;
  }
  const name = parts2[0].substring(0, i).trim();
  if (!name.length) {
    return;
  }
  let value2 = parts2[0].substring(i + 1).trim();
  if (value2.charCodeAt(0) === 34) {
    value2 = value2.slice(1, -1);
  }
  const cookie = {
    name,
    value: value2
  };
  for (let j = 1; j < parts2.length; j++) {
    const subParts = parts2[j].split("=");
    if (subParts.length !== 2) {
      continue;
    }
    const key = subParts[0].trim().toLowerCase();
    const value3 = subParts[1].trim();
    switch (key) {
      case "expires": {
        const expires = new Date(value3);
        cookie.expires = isNaN(expires.getTime()) ? /* @__PURE__ */ new Date(0) : expires;
        break;
      }
      case "max-age": {
        const delta = parseInt(value3, 10);
        cookie.expires = isNaN(delta) || delta <= 0 ? /* @__PURE__ */ new Date(0) : new Date(Date.now() + delta * 1e3);
        break;
      }
      default:
    }
  }
  return cookie;
}
var CookieJar = class {
  constructor() {
    this._cookies = /* @__PURE__ */ new Map();
  }
  parseCookies(values) {
    if (!values) {
      return;
    }
    values.forEach((value2) => {
      const parsed = parse(value2);
      if (parsed) {
        this._cookies.set(parsed.name, parsed);
      }
    });
  }
  get cookies() {
    const now = Date.now();
    this._cookies.forEach((cookie, name) => {
      if (cookie.expires !== void 0 && cookie.expires.getTime() <= now) {
        this._cookies.delete(name);
      }
    });
    return this._cookies.entries();
  }
  addCookies(xhr) {
    const cookies = [];
    for (const [name, cookie] of this.cookies) {
      cookies.push(`${name}=${cookie.value}`);
    }
    if (cookies.length) {
      xhr.setDisableHeaderCheck(true);
      xhr.setRequestHeader("cookie", cookies.join("; "));
    }
  }
  appendCookies(headers) {
    for (const [name, cookie] of this.cookies) {
      headers.append("cookie", `${name}=${cookie.value}`);
    }
  }
};

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/util.js
function pick(obj, ...attr) {
  return attr.reduce((acc, k) => {
    if (obj.hasOwnProperty(k)) {
      acc[k] = obj[k];
    }
    return acc;
  }, {});
}
var NATIVE_SET_TIMEOUT = globalThisShim.setTimeout;
var NATIVE_CLEAR_TIMEOUT = globalThisShim.clearTimeout;
function installTimerFunctions(obj, opts) {
  if (opts.useNativeTimers) {
    obj.setTimeoutFn = NATIVE_SET_TIMEOUT.bind(globalThisShim);
    obj.clearTimeoutFn = NATIVE_CLEAR_TIMEOUT.bind(globalThisShim);
  } else {
    obj.setTimeoutFn = globalThisShim.setTimeout.bind(globalThisShim);
    obj.clearTimeoutFn = globalThisShim.clearTimeout.bind(globalThisShim);
  }
}
var BASE64_OVERHEAD = 1.33;
function byteLength(obj) {
  if (typeof obj === "string") {
    return utf8Length(obj);
  }
  return Math.ceil((obj.byteLength || obj.size) * BASE64_OVERHEAD);
}
function utf8Length(str) {
  let c = 0, length = 0;
  for (let i = 0, l = str.length; i < l; i++) {
    c = str.charCodeAt(i);
    if (c < 128) {
      length += 1;
    } else if (c < 2048) {
      length += 2;
    } else if (c < 55296 || c >= 57344) {
      length += 3;
    } else {
      i++;
      length += 4;
    }
  }
  return length;
}
function randomString() {
  return Date.now().toString(36).substring(3) + Math.random().toString(36).substring(2, 5);
}

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/contrib/parseqs.js
init_define_ORCAPOOL_PINS();
function encode(obj) {
  let str = "";
  for (let i in obj) {
    if (obj.hasOwnProperty(i)) {
      if (str.length)
        str += "&";
      str += encodeURIComponent(i) + "=" + encodeURIComponent(obj[i]);
    }
  }
  return str;
}
function decode(qs) {
  let qry = {};
  let pairs = qs.split("&");
  for (let i = 0, l = pairs.length; i < l; i++) {
    let pair2 = pairs[i].split("=");
    qry[decodeURIComponent(pair2[0])] = decodeURIComponent(pair2.slice(1).join("="));
  }
  return qry;
}

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transport.js
var import_debug = __toESM(require_src(), 1);
var debug = (0, import_debug.default)("engine.io-client:transport");
var TransportError = class extends Error {
  constructor(reason, description, context) {
    super(reason);
    this.description = description;
    this.context = context;
    this.type = "TransportError";
  }
};
var Transport = class extends import_component_emitter.Emitter {
  /**
   * Transport abstract constructor.
   *
   * @param {Object} opts - options
   * @protected
   */
  constructor(opts) {
    super();
    this.writable = false;
    installTimerFunctions(this, opts);
    this.opts = opts;
    this.query = opts.query;
    this.socket = opts.socket;
    this.supportsBinary = !opts.forceBase64;
  }
  /**
   * Emits an error.
   *
   * @param {String} reason
   * @param description
   * @param context - the error context
   * @return {Transport} for chaining
   * @protected
   */
  onError(reason, description, context) {
    super.emitReserved("error", new TransportError(reason, description, context));
    return this;
  }
  /**
   * Opens the transport.
   */
  open() {
    this.readyState = "opening";
    this.doOpen();
    return this;
  }
  /**
   * Closes the transport.
   */
  close() {
    if (this.readyState === "opening" || this.readyState === "open") {
      this.doClose();
      this.onClose();
    }
    return this;
  }
  /**
   * Sends multiple packets.
   *
   * @param {Array} packets
   */
  send(packets) {
    if (this.readyState === "open") {
      this.write(packets);
    } else {
      debug("transport is not open, discarding packets");
    }
  }
  /**
   * Called upon open
   *
   * @protected
   */
  onOpen() {
    this.readyState = "open";
    this.writable = true;
    super.emitReserved("open");
  }
  /**
   * Called with data.
   *
   * @param {String} data
   * @protected
   */
  onData(data) {
    const packet = decodePacket(data, this.socket.binaryType);
    this.onPacket(packet);
  }
  /**
   * Called with a decoded packet.
   *
   * @protected
   */
  onPacket(packet) {
    super.emitReserved("packet", packet);
  }
  /**
   * Called upon close.
   *
   * @protected
   */
  onClose(details) {
    this.readyState = "closed";
    super.emitReserved("close", details);
  }
  /**
   * Pauses the transport, in order not to lose packets during an upgrade.
   *
   * @param onPause
   */
  pause(onPause) {
  }
  createUri(schema, query = {}) {
    return schema + "://" + this._hostname() + this._port() + this.opts.path + this._query(query);
  }
  _hostname() {
    const hostname = this.opts.hostname;
    return hostname.indexOf(":") === -1 ? hostname : "[" + hostname + "]";
  }
  _port() {
    if (this.opts.port && (this.opts.secure && Number(this.opts.port) !== 443 || !this.opts.secure && Number(this.opts.port) !== 80)) {
      return ":" + this.opts.port;
    } else {
      return "";
    }
  }
  _query(query) {
    const encodedQuery = encode(query);
    return encodedQuery.length ? "?" + encodedQuery : "";
  }
};

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/polling.js
var import_debug2 = __toESM(require_src(), 1);
var debug2 = (0, import_debug2.default)("engine.io-client:polling");
var Polling = class extends Transport {
  constructor() {
    super(...arguments);
    this._polling = false;
  }
  get name() {
    return "polling";
  }
  /**
   * Opens the socket (triggers polling). We write a PING message to determine
   * when the transport is open.
   *
   * @protected
   */
  doOpen() {
    this._poll();
  }
  /**
   * Pauses polling.
   *
   * @param {Function} onPause - callback upon buffers are flushed and transport is paused
   * @package
   */
  pause(onPause) {
    this.readyState = "pausing";
    const pause = () => {
      debug2("paused");
      this.readyState = "paused";
      onPause();
    };
    if (this._polling || !this.writable) {
      let total = 0;
      if (this._polling) {
        debug2("we are currently polling - waiting to pause");
        total++;
        this.once("pollComplete", function() {
          debug2("pre-pause polling complete");
          --total || pause();
        });
      }
      if (!this.writable) {
        debug2("we are currently writing - waiting to pause");
        total++;
        this.once("drain", function() {
          debug2("pre-pause writing complete");
          --total || pause();
        });
      }
    } else {
      pause();
    }
  }
  /**
   * Starts polling cycle.
   *
   * @private
   */
  _poll() {
    debug2("polling");
    this._polling = true;
    this.doPoll();
    this.emitReserved("poll");
  }
  /**
   * Overloads onData to detect payloads.
   *
   * @protected
   */
  onData(data) {
    debug2("polling got data %s", data);
    const callback = (packet) => {
      if ("opening" === this.readyState && packet.type === "open") {
        this.onOpen();
      }
      if ("close" === packet.type) {
        this.onClose({ description: "transport closed by the server" });
        return false;
      }
      this.onPacket(packet);
    };
    decodePayload(data, this.socket.binaryType).forEach(callback);
    if ("closed" !== this.readyState) {
      this._polling = false;
      this.emitReserved("pollComplete");
      if ("open" === this.readyState) {
        this._poll();
      } else {
        debug2('ignoring poll - transport state "%s"', this.readyState);
      }
    }
  }
  /**
   * For polling, send a close packet.
   *
   * @protected
   */
  doClose() {
    const close = () => {
      debug2("writing close packet");
      this.write([{ type: "close" }]);
    };
    if ("open" === this.readyState) {
      debug2("transport open - closing");
      close();
    } else {
      debug2("transport not open - deferring close");
      this.once("open", close);
    }
  }
  /**
   * Writes a packets payload.
   *
   * @param {Array} packets - data packets
   * @protected
   */
  write(packets) {
    this.writable = false;
    encodePayload(packets, (data) => {
      this.doWrite(data, () => {
        this.writable = true;
        this.emitReserved("drain");
      });
    });
  }
  /**
   * Generates uri for connection.
   *
   * @private
   */
  uri() {
    const schema = this.opts.secure ? "https" : "http";
    const query = this.query || {};
    if (false !== this.opts.timestampRequests) {
      query[this.opts.timestampParam] = randomString();
    }
    if (!this.supportsBinary && !query.sid) {
      query.b64 = 1;
    }
    return this.createUri(schema, query);
  }
};

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/polling-xhr.js
var import_component_emitter2 = __toESM(require_cjs(), 1);

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/contrib/has-cors.js
init_define_ORCAPOOL_PINS();
var value = false;
try {
  value = typeof XMLHttpRequest !== "undefined" && "withCredentials" in new XMLHttpRequest();
} catch (err) {
}
var hasCORS = value;

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/polling-xhr.js
var import_debug3 = __toESM(require_src(), 1);
var debug3 = (0, import_debug3.default)("engine.io-client:polling");
function empty() {
}
var BaseXHR = class extends Polling {
  /**
   * XHR Polling constructor.
   *
   * @param {Object} opts
   * @package
   */
  constructor(opts) {
    super(opts);
    if (typeof location !== "undefined") {
      const isSSL = "https:" === location.protocol;
      let port = location.port;
      if (!port) {
        port = isSSL ? "443" : "80";
      }
      this.xd = typeof location !== "undefined" && opts.hostname !== location.hostname || port !== opts.port;
    }
  }
  /**
   * Sends data.
   *
   * @param {String} data - data to send.
   * @param {Function} fn - called upon flush.
   * @private
   */
  doWrite(data, fn) {
    const req = this.request({
      method: "POST",
      data
    });
    req.on("success", fn);
    req.on("error", (xhrStatus, context) => {
      this.onError("xhr post error", xhrStatus, context);
    });
  }
  /**
   * Starts a poll cycle.
   *
   * @private
   */
  doPoll() {
    debug3("xhr poll");
    const req = this.request();
    req.on("data", this.onData.bind(this));
    req.on("error", (xhrStatus, context) => {
      this.onError("xhr poll error", xhrStatus, context);
    });
    this.pollXhr = req;
  }
};
var Request = class _Request extends import_component_emitter2.Emitter {
  /**
   * Request constructor
   *
   * @param {Object} options
   * @package
   */
  constructor(createRequest, uri, opts) {
    super();
    this.createRequest = createRequest;
    installTimerFunctions(this, opts);
    this._opts = opts;
    this._method = opts.method || "GET";
    this._uri = uri;
    this._data = void 0 !== opts.data ? opts.data : null;
    this._create();
  }
  /**
   * Creates the XHR object and sends the request.
   *
   * @private
   */
  _create() {
    var _a;
    const opts = pick(this._opts, "agent", "pfx", "key", "passphrase", "cert", "ca", "ciphers", "rejectUnauthorized", "autoUnref");
    opts.xdomain = !!this._opts.xd;
    const xhr = this._xhr = this.createRequest(opts);
    try {
      debug3("xhr open %s: %s", this._method, this._uri);
      xhr.open(this._method, this._uri, true);
      try {
        if (this._opts.extraHeaders) {
          xhr.setDisableHeaderCheck && xhr.setDisableHeaderCheck(true);
          for (let i in this._opts.extraHeaders) {
            if (this._opts.extraHeaders.hasOwnProperty(i)) {
              xhr.setRequestHeader(i, this._opts.extraHeaders[i]);
            }
          }
        }
      } catch (e) {
      }
      if ("POST" === this._method) {
        try {
          xhr.setRequestHeader("Content-type", "text/plain;charset=UTF-8");
        } catch (e) {
        }
      }
      try {
        xhr.setRequestHeader("Accept", "*/*");
      } catch (e) {
      }
      (_a = this._opts.cookieJar) === null || _a === void 0 ? void 0 : _a.addCookies(xhr);
      if ("withCredentials" in xhr) {
        xhr.withCredentials = this._opts.withCredentials;
      }
      if (this._opts.requestTimeout) {
        xhr.timeout = this._opts.requestTimeout;
      }
      xhr.onreadystatechange = () => {
        var _a2;
        if (xhr.readyState === 3) {
          (_a2 = this._opts.cookieJar) === null || _a2 === void 0 ? void 0 : _a2.parseCookies(
            // @ts-ignore
            xhr.getResponseHeader("set-cookie")
          );
        }
        if (4 !== xhr.readyState)
          return;
        if (200 === xhr.status || 1223 === xhr.status) {
          this._onLoad();
        } else {
          this.setTimeoutFn(() => {
            this._onError(typeof xhr.status === "number" ? xhr.status : 0);
          }, 0);
        }
      };
      debug3("xhr data %s", this._data);
      xhr.send(this._data);
    } catch (e) {
      this.setTimeoutFn(() => {
        this._onError(e);
      }, 0);
      return;
    }
    if (typeof document !== "undefined") {
      this._index = _Request.requestsCount++;
      _Request.requests[this._index] = this;
    }
  }
  /**
   * Called upon error.
   *
   * @private
   */
  _onError(err) {
    this.emitReserved("error", err, this._xhr);
    this._cleanup(true);
  }
  /**
   * Cleans up house.
   *
   * @private
   */
  _cleanup(fromError) {
    if ("undefined" === typeof this._xhr || null === this._xhr) {
      return;
    }
    this._xhr.onreadystatechange = empty;
    if (fromError) {
      try {
        this._xhr.abort();
      } catch (e) {
      }
    }
    if (typeof document !== "undefined") {
      delete _Request.requests[this._index];
    }
    this._xhr = null;
  }
  /**
   * Called upon load.
   *
   * @private
   */
  _onLoad() {
    const data = this._xhr.responseText;
    if (data !== null) {
      this.emitReserved("data", data);
      this.emitReserved("success");
      this._cleanup();
    }
  }
  /**
   * Aborts the request.
   *
   * @package
   */
  abort() {
    this._cleanup();
  }
};
Request.requestsCount = 0;
Request.requests = {};
if (typeof document !== "undefined") {
  if (typeof attachEvent === "function") {
    attachEvent("onunload", unloadHandler);
  } else if (typeof addEventListener === "function") {
    const terminationEvent = "onpagehide" in globalThisShim ? "pagehide" : "unload";
    addEventListener(terminationEvent, unloadHandler, false);
  }
}
function unloadHandler() {
  for (let i in Request.requests) {
    if (Request.requests.hasOwnProperty(i)) {
      Request.requests[i].abort();
    }
  }
}
var hasXHR2 = (function() {
  const xhr = newRequest({
    xdomain: false
  });
  return xhr && xhr.responseType !== null;
})();
function newRequest(opts) {
  const xdomain = opts.xdomain;
  try {
    if ("undefined" !== typeof XMLHttpRequest && (!xdomain || hasCORS)) {
      return new XMLHttpRequest();
    }
  } catch (e) {
  }
  if (!xdomain) {
    try {
      return new globalThisShim[["Active"].concat("Object").join("X")]("Microsoft.XMLHTTP");
    } catch (e) {
    }
  }
}

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/polling-xhr.node.js
var XMLHttpRequest2 = XMLHttpRequestModule.default || XMLHttpRequestModule;
var XHR = class extends BaseXHR {
  request(opts = {}) {
    var _a;
    Object.assign(opts, { xd: this.xd, cookieJar: (_a = this.socket) === null || _a === void 0 ? void 0 : _a._cookieJar }, this.opts);
    return new Request((opts2) => new XMLHttpRequest2(opts2), this.uri(), opts);
  }
};

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/websocket.node.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/ws/wrapper.mjs
init_define_ORCAPOOL_PINS();
var import_stream = __toESM(require_stream(), 1);
var import_extension = __toESM(require_extension(), 1);
var import_permessage_deflate = __toESM(require_permessage_deflate(), 1);
var import_receiver = __toESM(require_receiver(), 1);
var import_sender = __toESM(require_sender(), 1);
var import_subprotocol = __toESM(require_subprotocol(), 1);
var import_websocket = __toESM(require_websocket(), 1);
var import_websocket_server = __toESM(require_websocket_server(), 1);

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/websocket.js
init_define_ORCAPOOL_PINS();
var import_debug4 = __toESM(require_src(), 1);
var debug4 = (0, import_debug4.default)("engine.io-client:websocket");
var isReactNative = typeof navigator !== "undefined" && typeof navigator.product === "string" && navigator.product.toLowerCase() === "reactnative";
var BaseWS = class extends Transport {
  get name() {
    return "websocket";
  }
  doOpen() {
    const uri = this.uri();
    const protocols = this.opts.protocols;
    const opts = isReactNative ? {} : pick(this.opts, "agent", "perMessageDeflate", "pfx", "key", "passphrase", "cert", "ca", "ciphers", "rejectUnauthorized", "localAddress", "protocolVersion", "origin", "maxPayload", "family", "checkServerIdentity");
    if (this.opts.extraHeaders) {
      opts.headers = this.opts.extraHeaders;
    }
    try {
      this.ws = this.createSocket(uri, protocols, opts);
    } catch (err) {
      return this.emitReserved("error", err);
    }
    this.ws.binaryType = this.socket.binaryType;
    this.addEventListeners();
  }
  /**
   * Adds event listeners to the socket
   *
   * @private
   */
  addEventListeners() {
    this.ws.onopen = () => {
      if (this.opts.autoUnref) {
        this.ws._socket.unref();
      }
      this.onOpen();
    };
    this.ws.onclose = (closeEvent) => this.onClose({
      description: "websocket connection closed",
      context: closeEvent
    });
    this.ws.onmessage = (ev) => this.onData(ev.data);
    this.ws.onerror = (e) => this.onError("websocket error", e);
  }
  write(packets) {
    this.writable = false;
    for (let i = 0; i < packets.length; i++) {
      const packet = packets[i];
      const lastPacket = i === packets.length - 1;
      encodePacket(packet, this.supportsBinary, (data) => {
        try {
          this.doWrite(packet, data);
        } catch (e) {
          debug4("websocket closed before onclose event");
        }
        if (lastPacket) {
          nextTick(() => {
            this.writable = true;
            this.emitReserved("drain");
          }, this.setTimeoutFn);
        }
      });
    }
  }
  doClose() {
    if (typeof this.ws !== "undefined") {
      this.ws.onerror = () => {
      };
      this.ws.close();
      this.ws = null;
    }
  }
  /**
   * Generates uri for connection.
   *
   * @private
   */
  uri() {
    const schema = this.opts.secure ? "wss" : "ws";
    const query = this.query || {};
    if (this.opts.timestampRequests) {
      query[this.opts.timestampParam] = randomString();
    }
    if (!this.supportsBinary) {
      query.b64 = 1;
    }
    return this.createUri(schema, query);
  }
};
var WebSocketCtor = globalThisShim.WebSocket || globalThisShim.MozWebSocket;

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/websocket.node.js
var WS = class extends BaseWS {
  createSocket(uri, protocols, opts) {
    var _a;
    if ((_a = this.socket) === null || _a === void 0 ? void 0 : _a._cookieJar) {
      opts.headers = opts.headers || {};
      opts.headers.cookie = typeof opts.headers.cookie === "string" ? [opts.headers.cookie] : opts.headers.cookie || [];
      for (const [name, cookie] of this.socket._cookieJar.cookies) {
        opts.headers.cookie.push(`${name}=${cookie.value}`);
      }
    }
    return new import_websocket.default(uri, protocols, opts);
  }
  doWrite(packet, data) {
    const opts = {};
    if (packet.options) {
      opts.compress = packet.options.compress;
    }
    if (this.opts.perMessageDeflate) {
      const len = (
        // @ts-ignore
        "string" === typeof data ? Buffer.byteLength(data) : data.length
      );
      if (len < this.opts.perMessageDeflate.threshold) {
        opts.compress = false;
      }
    }
    this.ws.send(data, opts);
  }
};

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/webtransport.js
init_define_ORCAPOOL_PINS();
var import_debug5 = __toESM(require_src(), 1);
var debug5 = (0, import_debug5.default)("engine.io-client:webtransport");
var WT = class extends Transport {
  get name() {
    return "webtransport";
  }
  doOpen() {
    try {
      this._transport = new WebTransport(this.createUri("https"), this.opts.transportOptions[this.name]);
    } catch (err) {
      return this.emitReserved("error", err);
    }
    this._transport.closed.then(() => {
      debug5("transport closed gracefully");
      this.onClose();
    }).catch((err) => {
      debug5("transport closed due to %s", err);
      this.onError("webtransport error", err);
    });
    this._transport.ready.then(() => {
      this._transport.createBidirectionalStream().then((stream) => {
        const decoderStream = createPacketDecoderStream(Number.MAX_SAFE_INTEGER, this.socket.binaryType);
        const reader = stream.readable.pipeThrough(decoderStream).getReader();
        const encoderStream = createPacketEncoderStream();
        encoderStream.readable.pipeTo(stream.writable);
        this._writer = encoderStream.writable.getWriter();
        const read = () => {
          reader.read().then(({ done, value: value2 }) => {
            if (done) {
              debug5("session is closed");
              return;
            }
            debug5("received chunk: %o", value2);
            this.onPacket(value2);
            read();
          }).catch((err) => {
            debug5("an error occurred while reading: %s", err);
          });
        };
        read();
        const packet = { type: "open" };
        if (this.query.sid) {
          packet.data = `{"sid":"${this.query.sid}"}`;
        }
        this._writer.write(packet).then(() => this.onOpen());
      });
    });
  }
  write(packets) {
    this.writable = false;
    for (let i = 0; i < packets.length; i++) {
      const packet = packets[i];
      const lastPacket = i === packets.length - 1;
      this._writer.write(packet).then(() => {
        if (lastPacket) {
          nextTick(() => {
            this.writable = true;
            this.emitReserved("drain");
          }, this.setTimeoutFn);
        }
      });
    }
  }
  doClose() {
    var _a;
    (_a = this._transport) === null || _a === void 0 ? void 0 : _a.close();
  }
};

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/index.js
var transports = {
  websocket: WS,
  webtransport: WT,
  polling: XHR
};

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/contrib/parseuri.js
init_define_ORCAPOOL_PINS();
var re = /^(?:(?![^:@\/?#]+:[^:@\/]*@)(http|https|ws|wss):\/\/)?((?:(([^:@\/?#]*)(?::([^:@\/?#]*))?)?@)?((?:[a-f0-9]{0,4}:){2,7}[a-f0-9]{0,4}|[^:\/?#]*)(?::(\d*))?)(((\/(?:[^?#](?![^?#\/]*\.[^?#\/.]+(?:[?#]|$)))*\/?)?([^?#\/]*))(?:\?([^#]*))?(?:#(.*))?)/;
var parts = [
  "source",
  "protocol",
  "authority",
  "userInfo",
  "user",
  "password",
  "host",
  "port",
  "relative",
  "path",
  "directory",
  "file",
  "query",
  "anchor"
];
function parse2(str) {
  if (str.length > 8e3) {
    throw "URI too long";
  }
  const src = str, b = str.indexOf("["), e = str.indexOf("]");
  if (b != -1 && e != -1) {
    str = str.substring(0, b) + str.substring(b, e).replace(/:/g, ";") + str.substring(e, str.length);
  }
  let m = re.exec(str || ""), uri = {}, i = 14;
  while (i--) {
    uri[parts[i]] = m[i] || "";
  }
  if (b != -1 && e != -1) {
    uri.source = src;
    uri.host = uri.host.substring(1, uri.host.length - 1).replace(/;/g, ":");
    uri.authority = uri.authority.replace("[", "").replace("]", "").replace(/;/g, ":");
    uri.ipv6uri = true;
  }
  uri.pathNames = pathNames(uri, uri["path"]);
  uri.queryKey = queryKey(uri, uri["query"]);
  return uri;
}
function pathNames(obj, path) {
  const regx = /\/{2,9}/g, names = path.replace(regx, "/").split("/");
  if (path.slice(0, 1) == "/" || path.length === 0) {
    names.splice(0, 1);
  }
  if (path.slice(-1) == "/") {
    names.splice(names.length - 1, 1);
  }
  return names;
}
function queryKey(uri, query) {
  const data = {};
  query.replace(/(?:^|&)([^&=]*)=?([^&]*)/g, function($0, $1, $2) {
    if ($1) {
      data[$1] = $2;
    }
  });
  return data;
}

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/socket.js
var import_component_emitter3 = __toESM(require_cjs(), 1);
var import_debug6 = __toESM(require_src(), 1);
var debug6 = (0, import_debug6.default)("engine.io-client:socket");
var withEventListeners = typeof addEventListener === "function" && typeof removeEventListener === "function";
var OFFLINE_EVENT_LISTENERS = [];
if (withEventListeners) {
  addEventListener("offline", () => {
    debug6("closing %d connection(s) because the network was lost", OFFLINE_EVENT_LISTENERS.length);
    OFFLINE_EVENT_LISTENERS.forEach((listener) => listener());
  }, false);
}
var Socket = class _Socket extends import_component_emitter3.Emitter {
  constructor(uri, opts = {}) {
    var _a, _b;
    super();
    this.binaryType = defaultBinaryType;
    this.writeBuffer = [];
    this._prevBufferLen = 0;
    this._upgrades = [];
    this._pingInterval = -1;
    this._pingTimeout = -1;
    this._maxPayload = -1;
    this._pingTimeoutTime = Infinity;
    if (uri && "object" === typeof uri) {
      opts = uri;
      uri = null;
    }
    if (uri) {
      const parsedUri = parse2(uri);
      opts.hostname = parsedUri.host;
      opts.secure = parsedUri.protocol === "https" || parsedUri.protocol === "wss";
      opts.port = parsedUri.port;
      if (parsedUri.query)
        opts.query = parsedUri.query;
    } else if (opts.host) {
      opts.hostname = parse2(opts.host).host;
    }
    installTimerFunctions(this, opts);
    this.secure = null != opts.secure ? opts.secure : typeof location !== "undefined" && "https:" === location.protocol;
    if (opts.hostname && !opts.port) {
      opts.port = this.secure ? "443" : "80";
    }
    this.hostname = opts.hostname || (typeof location !== "undefined" ? location.hostname : "localhost");
    this.port = opts.port || (typeof location !== "undefined" && location.port ? location.port : this.secure ? "443" : "80");
    if (opts.transportImplementations && opts.transports) {
      throw new Error("specifying both 'transportImplementations' and 'transports' options is not supported");
    }
    if (opts.transportImplementations || ((_a = opts.transports) === null || _a === void 0 ? void 0 : _a.length) && typeof opts.transports[0] === "function") {
      this.transports = [];
      this._transportsByName = /* @__PURE__ */ Object.create(null);
      ((_b = opts.transportImplementations) !== null && _b !== void 0 ? _b : opts.transports).forEach((t) => {
        const transportName = t.prototype.name;
        this.transports.push(transportName);
        this._transportsByName[transportName] = t;
      });
    } else {
      this.transports = opts.transports ? [...opts.transports] : ["polling", "websocket", "webtransport"];
      this._transportsByName = transports;
    }
    this.opts = Object.assign({
      path: "/engine.io",
      agent: false,
      withCredentials: false,
      upgrade: true,
      timestampParam: "t",
      rememberUpgrade: false,
      addTrailingSlash: true,
      rejectUnauthorized: true,
      perMessageDeflate: {
        threshold: 1024
      },
      transportOptions: {},
      closeOnBeforeunload: false
    }, opts);
    this.opts.path = this.opts.path.replace(/\/$/, "") + (this.opts.addTrailingSlash ? "/" : "");
    if (typeof this.opts.query === "string") {
      this.opts.query = decode(this.opts.query);
    }
    if (withEventListeners) {
      if (this.opts.closeOnBeforeunload) {
        this._beforeunloadEventListener = () => {
          if (this.transport) {
            this.transport.removeAllListeners();
            this.transport.close();
          }
        };
        addEventListener("beforeunload", this._beforeunloadEventListener, false);
      }
      if (this.hostname !== "localhost") {
        debug6("adding listener for the 'offline' event");
        this._offlineEventListener = () => {
          this._onClose("transport close", {
            description: "network connection lost"
          });
        };
        OFFLINE_EVENT_LISTENERS.push(this._offlineEventListener);
      }
    }
    if (this.opts.withCredentials) {
      this._cookieJar = createCookieJar();
    }
    this._open();
  }
  /**
   * Creates transport of the given type.
   *
   * @param {String} name - transport name
   * @return {Transport}
   * @private
   */
  createTransport(name) {
    debug6('creating transport "%s"', name);
    const query = Object.assign({}, this.opts.query);
    query.EIO = protocol;
    query.transport = name;
    if (this.id)
      query.sid = this.id;
    const opts = Object.assign({}, this.opts, {
      query,
      socket: this,
      hostname: this.hostname,
      secure: this.secure,
      port: this.port
    }, this.opts.transportOptions[name]);
    debug6("options: %j", opts);
    return new this._transportsByName[name](opts);
  }
  /**
   * Initializes transport to use and starts probe.
   *
   * @private
   */
  _open() {
    if (this.transports.length === 0) {
      this.setTimeoutFn(() => {
        this.emitReserved("error", "No transports available");
      }, 0);
      return;
    }
    const transportName = this.opts.rememberUpgrade && _Socket.priorWebsocketSuccess && this.transports.indexOf("websocket") !== -1 ? "websocket" : this.transports[0];
    this.readyState = "opening";
    const transport = this.createTransport(transportName);
    transport.open();
    this.setTransport(transport);
  }
  /**
   * Sets the current transport. Disables the existing one (if any).
   *
   * @private
   */
  setTransport(transport) {
    debug6("setting transport %s", transport.name);
    if (this.transport) {
      debug6("clearing existing transport %s", this.transport.name);
      this.transport.removeAllListeners();
    }
    this.transport = transport;
    transport.on("drain", this._onDrain.bind(this)).on("packet", this._onPacket.bind(this)).on("error", this._onError.bind(this)).on("close", (reason) => this._onClose("transport close", reason));
  }
  /**
   * Probes a transport.
   *
   * @param {String} name - transport name
   * @private
   */
  _probe(name) {
    debug6('probing transport "%s"', name);
    let transport = this.createTransport(name);
    let failed = false;
    _Socket.priorWebsocketSuccess = false;
    const onTransportOpen = () => {
      if (failed)
        return;
      debug6('probe transport "%s" opened', name);
      transport.send([{ type: "ping", data: "probe" }]);
      transport.once("packet", (msg) => {
        if (failed)
          return;
        if ("pong" === msg.type && "probe" === msg.data) {
          debug6('probe transport "%s" pong', name);
          this.upgrading = true;
          this.emitReserved("upgrading", transport);
          if (!transport)
            return;
          _Socket.priorWebsocketSuccess = "websocket" === transport.name;
          debug6('pausing current transport "%s"', this.transport.name);
          this.transport.pause(() => {
            if (failed)
              return;
            if ("closed" === this.readyState)
              return;
            debug6("changing transport and sending upgrade packet");
            cleanup();
            this.setTransport(transport);
            transport.send([{ type: "upgrade" }]);
            this.emitReserved("upgrade", transport);
            transport = null;
            this.upgrading = false;
            this.flush();
          });
        } else {
          debug6('probe transport "%s" failed', name);
          const err = new Error("probe error");
          err.transport = transport.name;
          this.emitReserved("upgradeError", err);
        }
      });
    };
    function freezeTransport() {
      if (failed)
        return;
      failed = true;
      cleanup();
      transport.close();
      transport = null;
    }
    const onerror = (err) => {
      const error = new Error("probe error: " + err);
      error.transport = transport.name;
      freezeTransport();
      debug6('probe transport "%s" failed because of error: %s', name, err);
      this.emitReserved("upgradeError", error);
    };
    function onTransportClose() {
      onerror("transport closed");
    }
    function onclose() {
      onerror("socket closed");
    }
    function onupgrade(to) {
      if (transport && to.name !== transport.name) {
        debug6('"%s" works - aborting "%s"', to.name, transport.name);
        freezeTransport();
      }
    }
    const cleanup = () => {
      transport.removeListener("open", onTransportOpen);
      transport.removeListener("error", onerror);
      transport.removeListener("close", onTransportClose);
      this.off("close", onclose);
      this.off("upgrading", onupgrade);
    };
    transport.once("open", onTransportOpen);
    transport.once("error", onerror);
    transport.once("close", onTransportClose);
    this.once("close", onclose);
    this.once("upgrading", onupgrade);
    if (this._upgrades.indexOf("webtransport") !== -1 && name !== "webtransport") {
      this.setTimeoutFn(() => {
        if (!failed) {
          transport.open();
        }
      }, 200);
    } else {
      transport.open();
    }
  }
  /**
   * Called when connection is deemed open.
   *
   * @private
   */
  onOpen() {
    debug6("socket open");
    this.readyState = "open";
    _Socket.priorWebsocketSuccess = "websocket" === this.transport.name;
    this.emitReserved("open");
    this.flush();
    if ("open" === this.readyState && this.opts.upgrade) {
      debug6("starting upgrade probes");
      for (let i = 0; i < this._upgrades.length; i++) {
        this._probe(this._upgrades[i]);
      }
    }
  }
  /**
   * Handles a packet.
   *
   * @private
   */
  _onPacket(packet) {
    if ("opening" === this.readyState || "open" === this.readyState || "closing" === this.readyState) {
      debug6('socket receive: type "%s", data "%s"', packet.type, packet.data);
      this.emitReserved("packet", packet);
      this.emitReserved("heartbeat");
      switch (packet.type) {
        case "open":
          this.onHandshake(JSON.parse(packet.data));
          break;
        case "ping":
          this._sendPacket("pong");
          this.emitReserved("ping");
          this.emitReserved("pong");
          this._resetPingTimeout();
          break;
        case "error":
          const err = new Error("server error");
          err.code = packet.data;
          this._onError(err);
          break;
        case "message":
          this.emitReserved("data", packet.data);
          this.emitReserved("message", packet.data);
          break;
      }
    } else {
      debug6('packet received with socket readyState "%s"', this.readyState);
    }
  }
  /**
   * Called upon handshake completion.
   *
   * @param {Object} data - handshake obj
   * @private
   */
  onHandshake(data) {
    this.emitReserved("handshake", data);
    this.id = data.sid;
    this.transport.query.sid = data.sid;
    this._upgrades = this._filterUpgrades(data.upgrades);
    this._pingInterval = data.pingInterval;
    this._pingTimeout = data.pingTimeout;
    this._maxPayload = data.maxPayload;
    this.onOpen();
    if ("closed" === this.readyState)
      return;
    this._resetPingTimeout();
  }
  /**
   * Sets and resets ping timeout timer based on server pings.
   *
   * @private
   */
  _resetPingTimeout() {
    this.clearTimeoutFn(this._pingTimeoutTimer);
    const delay = this._pingInterval + this._pingTimeout;
    this._pingTimeoutTime = Date.now() + delay;
    this._pingTimeoutTimer = this.setTimeoutFn(() => {
      this._onClose("ping timeout");
    }, delay);
    if (this.opts.autoUnref) {
      this._pingTimeoutTimer.unref();
    }
  }
  /**
   * Called on `drain` event
   *
   * @private
   */
  _onDrain() {
    this.writeBuffer.splice(0, this._prevBufferLen);
    this._prevBufferLen = 0;
    if (0 === this.writeBuffer.length) {
      this.emitReserved("drain");
    } else {
      this.flush();
    }
  }
  /**
   * Flush write buffers.
   *
   * @private
   */
  flush() {
    if ("closed" !== this.readyState && this.transport.writable && !this.upgrading && this.writeBuffer.length) {
      const packets = this._getWritablePackets();
      debug6("flushing %d packets in socket", packets.length);
      this.transport.send(packets);
      this._prevBufferLen = packets.length;
      this.emitReserved("flush");
    }
  }
  /**
   * Ensure the encoded size of the writeBuffer is below the maxPayload value sent by the server (only for HTTP
   * long-polling)
   *
   * @private
   */
  _getWritablePackets() {
    const shouldCheckPayloadSize = this._maxPayload && this.transport.name === "polling" && this.writeBuffer.length > 1;
    if (!shouldCheckPayloadSize) {
      return this.writeBuffer;
    }
    let payloadSize = 1;
    for (let i = 0; i < this.writeBuffer.length; i++) {
      const data = this.writeBuffer[i].data;
      if (data) {
        payloadSize += byteLength(data);
      }
      if (i > 0 && payloadSize > this._maxPayload) {
        debug6("only send %d out of %d packets", i, this.writeBuffer.length);
        return this.writeBuffer.slice(0, i);
      }
      payloadSize += 2;
    }
    debug6("payload size is %d (max: %d)", payloadSize, this._maxPayload);
    return this.writeBuffer;
  }
  /**
   * Checks whether the heartbeat timer has expired but the socket has not yet been notified.
   *
   * Note: this method is private for now because it does not really fit the WebSocket API, but if we put it in the
   * `write()` method then the message would not be buffered by the Socket.IO client.
   *
   * @return {boolean}
   * @private
   */
  /* private */
  _hasPingExpired() {
    if (!this._pingTimeoutTime)
      return true;
    const hasExpired = Date.now() > this._pingTimeoutTime;
    if (hasExpired) {
      debug6("throttled timer detected, scheduling connection close");
      this._pingTimeoutTime = 0;
      nextTick(() => {
        this._onClose("ping timeout");
      }, this.setTimeoutFn);
    }
    return hasExpired;
  }
  /**
   * Sends a message.
   *
   * @param {String} msg - message.
   * @param {Object} options.
   * @param {Function} fn - callback function.
   * @return {Socket} for chaining.
   */
  write(msg, options, fn) {
    this._sendPacket("message", msg, options, fn);
    return this;
  }
  /**
   * Sends a message. Alias of {@link Socket#write}.
   *
   * @param {String} msg - message.
   * @param {Object} options.
   * @param {Function} fn - callback function.
   * @return {Socket} for chaining.
   */
  send(msg, options, fn) {
    this._sendPacket("message", msg, options, fn);
    return this;
  }
  /**
   * Sends a packet.
   *
   * @param {String} type - packet type.
   * @param {String} data.
   * @param {Object} options.
   * @param {Function} fn - callback function.
   * @private
   */
  _sendPacket(type, data, options, fn) {
    if ("function" === typeof data) {
      fn = data;
      data = void 0;
    }
    if ("function" === typeof options) {
      fn = options;
      options = null;
    }
    if ("closing" === this.readyState || "closed" === this.readyState) {
      return;
    }
    options = options || {};
    options.compress = false !== options.compress;
    const packet = {
      type,
      data,
      options
    };
    this.emitReserved("packetCreate", packet);
    this.writeBuffer.push(packet);
    if (fn)
      this.once("flush", fn);
    this.flush();
  }
  /**
   * Closes the connection.
   */
  close() {
    const close = () => {
      this._onClose("forced close");
      debug6("socket closing - telling transport to close");
      this.transport.close();
    };
    const cleanupAndClose = () => {
      this.off("upgrade", cleanupAndClose);
      this.off("upgradeError", cleanupAndClose);
      close();
    };
    const waitForUpgrade = () => {
      this.once("upgrade", cleanupAndClose);
      this.once("upgradeError", cleanupAndClose);
    };
    if ("opening" === this.readyState || "open" === this.readyState) {
      this.readyState = "closing";
      if (this.writeBuffer.length) {
        this.once("drain", () => {
          if (this.upgrading) {
            waitForUpgrade();
          } else {
            close();
          }
        });
      } else if (this.upgrading) {
        waitForUpgrade();
      } else {
        close();
      }
    }
    return this;
  }
  /**
   * Called upon transport error
   *
   * @private
   */
  _onError(err) {
    debug6("socket error %j", err);
    _Socket.priorWebsocketSuccess = false;
    if (this.opts.tryAllTransports && this.transports.length > 1 && this.readyState === "opening") {
      debug6("trying next transport");
      this.transports.shift();
      return this._open();
    }
    this.emitReserved("error", err);
    this._onClose("transport error", err);
  }
  /**
   * Called upon transport close.
   *
   * @private
   */
  _onClose(reason, description) {
    if ("opening" === this.readyState || "open" === this.readyState || "closing" === this.readyState) {
      debug6('socket close with reason: "%s"', reason);
      this.clearTimeoutFn(this._pingTimeoutTimer);
      this.transport.removeAllListeners("close");
      this.transport.close();
      this.transport.removeAllListeners();
      if (withEventListeners) {
        if (this._beforeunloadEventListener) {
          removeEventListener("beforeunload", this._beforeunloadEventListener, false);
        }
        if (this._offlineEventListener) {
          const i = OFFLINE_EVENT_LISTENERS.indexOf(this._offlineEventListener);
          if (i !== -1) {
            debug6("removing listener for the 'offline' event");
            OFFLINE_EVENT_LISTENERS.splice(i, 1);
          }
        }
      }
      this.readyState = "closed";
      this.id = null;
      this.emitReserved("close", reason, description);
      this.writeBuffer = [];
      this._prevBufferLen = 0;
    }
  }
  /**
   * Filters upgrades, returning only those matching client transports.
   *
   * @param {Array} upgrades - server upgrades
   * @private
   */
  _filterUpgrades(upgrades) {
    const filteredUpgrades = [];
    for (let i = 0; i < upgrades.length; i++) {
      if (~this.transports.indexOf(upgrades[i]))
        filteredUpgrades.push(upgrades[i]);
    }
    return filteredUpgrades;
  }
};
Socket.protocol = protocol;

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/transports/polling-fetch.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/engine.io-client/build/esm-debug/index.js
var protocol2 = Socket.protocol;

// ../../../tmp/orca-nm/node_modules/socket.io-client/build/esm-debug/url.js
var import_debug7 = __toESM(require_src(), 1);
var debug7 = (0, import_debug7.default)("socket.io-client:url");
function url(uri, path = "", loc) {
  let obj = uri;
  loc = loc || typeof location !== "undefined" && location;
  if (null == uri)
    uri = loc.protocol + "//" + loc.host;
  if (typeof uri === "string") {
    if ("/" === uri.charAt(0)) {
      if ("/" === uri.charAt(1)) {
        uri = loc.protocol + uri;
      } else {
        uri = loc.host + uri;
      }
    }
    if (!/^(https?|wss?):\/\//.test(uri)) {
      debug7("protocol-less url %s", uri);
      if ("undefined" !== typeof loc) {
        uri = loc.protocol + "//" + uri;
      } else {
        uri = "https://" + uri;
      }
    }
    debug7("parse %s", uri);
    obj = parse2(uri);
  }
  if (!obj.port) {
    if (/^(http|ws)$/.test(obj.protocol)) {
      obj.port = "80";
    } else if (/^(http|ws)s$/.test(obj.protocol)) {
      obj.port = "443";
    }
  }
  obj.path = obj.path || "/";
  const ipv6 = obj.host.indexOf(":") !== -1;
  const host = ipv6 ? "[" + obj.host + "]" : obj.host;
  obj.id = obj.protocol + "://" + host + ":" + obj.port + path;
  obj.href = obj.protocol + "://" + host + (loc && loc.port === obj.port ? "" : ":" + obj.port);
  return obj;
}

// ../../../tmp/orca-nm/node_modules/socket.io-client/build/esm-debug/manager.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/socket.io-client/build/esm-debug/socket.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/socket.io-parser/build/esm-debug/index.js
var esm_debug_exports = {};
__export(esm_debug_exports, {
  Decoder: () => Decoder,
  Encoder: () => Encoder,
  PacketType: () => PacketType,
  isPacketValid: () => isPacketValid,
  protocol: () => protocol3
});
init_define_ORCAPOOL_PINS();
var import_component_emitter4 = __toESM(require_cjs(), 1);

// ../../../tmp/orca-nm/node_modules/socket.io-parser/build/esm-debug/binary.js
init_define_ORCAPOOL_PINS();

// ../../../tmp/orca-nm/node_modules/socket.io-parser/build/esm-debug/is-binary.js
init_define_ORCAPOOL_PINS();
var withNativeArrayBuffer = typeof ArrayBuffer === "function";
var isView = (obj) => {
  return typeof ArrayBuffer.isView === "function" ? ArrayBuffer.isView(obj) : obj.buffer instanceof ArrayBuffer;
};
var toString = Object.prototype.toString;
var withNativeBlob = typeof Blob === "function" || typeof Blob !== "undefined" && toString.call(Blob) === "[object BlobConstructor]";
var withNativeFile = typeof File === "function" || typeof File !== "undefined" && toString.call(File) === "[object FileConstructor]";
function isBinary(obj) {
  return withNativeArrayBuffer && (obj instanceof ArrayBuffer || isView(obj)) || withNativeBlob && obj instanceof Blob || withNativeFile && obj instanceof File;
}
function hasBinary(obj, toJSON) {
  if (!obj || typeof obj !== "object") {
    return false;
  }
  if (Array.isArray(obj)) {
    for (let i = 0, l = obj.length; i < l; i++) {
      if (hasBinary(obj[i])) {
        return true;
      }
    }
    return false;
  }
  if (isBinary(obj)) {
    return true;
  }
  if (obj.toJSON && typeof obj.toJSON === "function" && arguments.length === 1) {
    return hasBinary(obj.toJSON(), true);
  }
  for (const key in obj) {
    if (Object.prototype.hasOwnProperty.call(obj, key) && hasBinary(obj[key])) {
      return true;
    }
  }
  return false;
}

// ../../../tmp/orca-nm/node_modules/socket.io-parser/build/esm-debug/binary.js
function deconstructPacket(packet) {
  const buffers = [];
  const packetData = packet.data;
  const pack = packet;
  pack.data = _deconstructPacket(packetData, buffers);
  pack.attachments = buffers.length;
  return { packet: pack, buffers };
}
function _deconstructPacket(data, buffers, toJSON) {
  if (!data)
    return data;
  if (isBinary(data)) {
    const placeholder = { _placeholder: true, num: buffers.length };
    buffers.push(data);
    return placeholder;
  } else if (Array.isArray(data)) {
    const newData = new Array(data.length);
    for (let i = 0; i < data.length; i++) {
      newData[i] = _deconstructPacket(data[i], buffers);
    }
    return newData;
  } else if (typeof data === "object" && !(data instanceof Date)) {
    if (data.toJSON && typeof data.toJSON === "function" && !toJSON) {
      return _deconstructPacket(data.toJSON(), buffers, true);
    }
    const newData = {};
    for (const key in data) {
      if (Object.prototype.hasOwnProperty.call(data, key)) {
        newData[key] = _deconstructPacket(data[key], buffers);
      }
    }
    return newData;
  }
  return data;
}
function reconstructPacket(packet, buffers) {
  packet.data = _reconstructPacket(packet.data, buffers);
  delete packet.attachments;
  return packet;
}
function _reconstructPacket(data, buffers) {
  if (!data)
    return data;
  if (data && data._placeholder === true) {
    const isIndexValid = typeof data.num === "number" && data.num >= 0 && data.num < buffers.length;
    if (isIndexValid) {
      return buffers[data.num];
    } else {
      throw new Error("illegal attachments");
    }
  } else if (Array.isArray(data)) {
    for (let i = 0; i < data.length; i++) {
      data[i] = _reconstructPacket(data[i], buffers);
    }
  } else if (typeof data === "object") {
    for (const key in data) {
      if (Object.prototype.hasOwnProperty.call(data, key)) {
        data[key] = _reconstructPacket(data[key], buffers);
      }
    }
  }
  return data;
}

// ../../../tmp/orca-nm/node_modules/socket.io-parser/build/esm-debug/index.js
var import_debug8 = __toESM(require_src(), 1);
var debug8 = (0, import_debug8.default)("socket.io-parser");
var RESERVED_EVENTS = [
  "connect",
  // used on the client side
  "connect_error",
  // used on the client side
  "disconnect",
  // used on both sides
  "disconnecting",
  // used on the server side
  "newListener",
  // used by the Node.js EventEmitter
  "removeListener"
  // used by the Node.js EventEmitter
];
var protocol3 = 5;
var PacketType;
(function(PacketType2) {
  PacketType2[PacketType2["CONNECT"] = 0] = "CONNECT";
  PacketType2[PacketType2["DISCONNECT"] = 1] = "DISCONNECT";
  PacketType2[PacketType2["EVENT"] = 2] = "EVENT";
  PacketType2[PacketType2["ACK"] = 3] = "ACK";
  PacketType2[PacketType2["CONNECT_ERROR"] = 4] = "CONNECT_ERROR";
  PacketType2[PacketType2["BINARY_EVENT"] = 5] = "BINARY_EVENT";
  PacketType2[PacketType2["BINARY_ACK"] = 6] = "BINARY_ACK";
})(PacketType || (PacketType = {}));
var Encoder = class {
  /**
   * Encoder constructor
   *
   * @param {function} replacer - custom replacer to pass down to JSON.parse
   */
  constructor(replacer) {
    this.replacer = replacer;
  }
  /**
   * Encode a packet as a single string if non-binary, or as a
   * buffer sequence, depending on packet type.
   *
   * @param {Object} obj - packet object
   */
  encode(obj) {
    debug8("encoding packet %j", obj);
    if (obj.type === PacketType.EVENT || obj.type === PacketType.ACK) {
      if (hasBinary(obj)) {
        return this.encodeAsBinary({
          type: obj.type === PacketType.EVENT ? PacketType.BINARY_EVENT : PacketType.BINARY_ACK,
          nsp: obj.nsp,
          data: obj.data,
          id: obj.id
        });
      }
    }
    return [this.encodeAsString(obj)];
  }
  /**
   * Encode packet as string.
   */
  encodeAsString(obj) {
    let str = "" + obj.type;
    if (obj.type === PacketType.BINARY_EVENT || obj.type === PacketType.BINARY_ACK) {
      str += obj.attachments + "-";
    }
    if (obj.nsp && "/" !== obj.nsp) {
      str += obj.nsp + ",";
    }
    if (null != obj.id) {
      str += obj.id;
    }
    if (null != obj.data) {
      str += JSON.stringify(obj.data, this.replacer);
    }
    debug8("encoded %j as %s", obj, str);
    return str;
  }
  /**
   * Encode packet as 'buffer sequence' by removing blobs, and
   * deconstructing packet into object with placeholders and
   * a list of buffers.
   */
  encodeAsBinary(obj) {
    const deconstruction = deconstructPacket(obj);
    const pack = this.encodeAsString(deconstruction.packet);
    const buffers = deconstruction.buffers;
    buffers.unshift(pack);
    return buffers;
  }
};
var Decoder = class _Decoder extends import_component_emitter4.Emitter {
  /**
   * Decoder constructor
   */
  constructor(opts) {
    super();
    this.opts = Object.assign({
      reviver: void 0,
      maxAttachments: 10
    }, typeof opts === "function" ? { reviver: opts } : opts);
  }
  /**
   * Decodes an encoded packet string into packet JSON.
   *
   * @param {String} obj - encoded packet
   */
  add(obj) {
    let packet;
    if (typeof obj === "string") {
      if (this.reconstructor) {
        throw new Error("got plaintext data when reconstructing a packet");
      }
      packet = this.decodeString(obj);
      const isBinaryEvent = packet.type === PacketType.BINARY_EVENT;
      if (isBinaryEvent || packet.type === PacketType.BINARY_ACK) {
        packet.type = isBinaryEvent ? PacketType.EVENT : PacketType.ACK;
        this.reconstructor = new BinaryReconstructor(packet);
      } else {
        super.emitReserved("decoded", packet);
      }
    } else if (isBinary(obj) || obj.base64) {
      if (!this.reconstructor) {
        throw new Error("got binary data when not reconstructing a packet");
      } else {
        packet = this.reconstructor.takeBinaryData(obj);
        if (packet) {
          this.reconstructor = null;
          super.emitReserved("decoded", packet);
        }
      }
    } else {
      throw new Error("Unknown type: " + obj);
    }
  }
  /**
   * Decode a packet String (JSON data)
   *
   * @param {String} str
   * @return {Object} packet
   */
  decodeString(str) {
    let i = 0;
    const p = {
      type: Number(str.charAt(0))
    };
    if (PacketType[p.type] === void 0) {
      throw new Error("unknown packet type " + p.type);
    }
    if (p.type === PacketType.BINARY_EVENT || p.type === PacketType.BINARY_ACK) {
      const start = i + 1;
      while (str.charAt(++i) !== "-" && i != str.length) {
      }
      const buf = str.substring(start, i);
      if (buf != Number(buf) || str.charAt(i) !== "-") {
        throw new Error("Illegal attachments");
      }
      const n = Number(buf);
      if (!isInteger(n) || n < 1) {
        throw new Error("Illegal attachments");
      } else if (n > this.opts.maxAttachments) {
        throw new Error("too many attachments");
      }
      p.attachments = n;
    }
    if ("/" === str.charAt(i + 1)) {
      const start = i + 1;
      while (++i) {
        const c = str.charAt(i);
        if ("," === c)
          break;
        if (i === str.length)
          break;
      }
      p.nsp = str.substring(start, i);
    } else {
      p.nsp = "/";
    }
    const next = str.charAt(i + 1);
    if ("" !== next && Number(next) == next) {
      const start = i + 1;
      while (++i) {
        const c = str.charAt(i);
        if (null == c || Number(c) != c) {
          --i;
          break;
        }
        if (i === str.length)
          break;
      }
      p.id = Number(str.substring(start, i + 1));
    }
    if (str.charAt(++i)) {
      const payload = this.tryParse(str.substr(i));
      if (_Decoder.isPayloadValid(p.type, payload)) {
        p.data = payload;
      } else {
        throw new Error("invalid payload");
      }
    }
    debug8("decoded %s as %j", str, p);
    return p;
  }
  tryParse(str) {
    try {
      return JSON.parse(str, this.opts.reviver);
    } catch (e) {
      return false;
    }
  }
  static isPayloadValid(type, payload) {
    switch (type) {
      case PacketType.CONNECT:
        return isObject(payload);
      case PacketType.DISCONNECT:
        return payload === void 0;
      case PacketType.CONNECT_ERROR:
        return typeof payload === "string" || isObject(payload);
      case PacketType.EVENT:
      case PacketType.BINARY_EVENT:
        return Array.isArray(payload) && (typeof payload[0] === "number" || typeof payload[0] === "string" && RESERVED_EVENTS.indexOf(payload[0]) === -1);
      case PacketType.ACK:
      case PacketType.BINARY_ACK:
        return Array.isArray(payload);
    }
  }
  /**
   * Deallocates a parser's resources
   */
  destroy() {
    if (this.reconstructor) {
      this.reconstructor.finishedReconstruction();
      this.reconstructor = null;
    }
  }
};
var BinaryReconstructor = class {
  constructor(packet) {
    this.packet = packet;
    this.buffers = [];
    this.reconPack = packet;
  }
  /**
   * Method to be called when binary data received from connection
   * after a BINARY_EVENT packet.
   *
   * @param {Buffer | ArrayBuffer} binData - the raw binary data received
   * @return {null | Object} returns null if more binary data is expected or
   *   a reconstructed packet object if all buffers have been received.
   */
  takeBinaryData(binData) {
    this.buffers.push(binData);
    if (this.buffers.length === this.reconPack.attachments) {
      const packet = reconstructPacket(this.reconPack, this.buffers);
      this.finishedReconstruction();
      return packet;
    }
    return null;
  }
  /**
   * Cleans up binary packet reconstruction variables.
   */
  finishedReconstruction() {
    this.reconPack = null;
    this.buffers = [];
  }
};
function isNamespaceValid(nsp) {
  return typeof nsp === "string";
}
var isInteger = Number.isInteger || function(value2) {
  return typeof value2 === "number" && isFinite(value2) && Math.floor(value2) === value2;
};
function isAckIdValid(id) {
  return id === void 0 || isInteger(id);
}
function isObject(value2) {
  return Object.prototype.toString.call(value2) === "[object Object]";
}
function isDataValid(type, payload) {
  switch (type) {
    case PacketType.CONNECT:
      return payload === void 0 || isObject(payload);
    case PacketType.DISCONNECT:
      return payload === void 0;
    case PacketType.EVENT:
      return Array.isArray(payload) && (typeof payload[0] === "number" || typeof payload[0] === "string" && RESERVED_EVENTS.indexOf(payload[0]) === -1);
    case PacketType.ACK:
      return Array.isArray(payload);
    case PacketType.CONNECT_ERROR:
      return typeof payload === "string" || isObject(payload);
    default:
      return false;
  }
}
function isPacketValid(packet) {
  return isNamespaceValid(packet.nsp) && isAckIdValid(packet.id) && isDataValid(packet.type, packet.data);
}

// ../../../tmp/orca-nm/node_modules/socket.io-client/build/esm-debug/on.js
init_define_ORCAPOOL_PINS();
function on(obj, ev, fn) {
  obj.on(ev, fn);
  return function subDestroy() {
    obj.off(ev, fn);
  };
}

// ../../../tmp/orca-nm/node_modules/socket.io-client/build/esm-debug/socket.js
var import_component_emitter5 = __toESM(require_cjs(), 1);
var import_debug9 = __toESM(require_src(), 1);
var debug9 = (0, import_debug9.default)("socket.io-client:socket");
var RESERVED_EVENTS2 = Object.freeze({
  connect: 1,
  connect_error: 1,
  disconnect: 1,
  disconnecting: 1,
  // EventEmitter reserved events: https://nodejs.org/api/events.html#events_event_newlistener
  newListener: 1,
  removeListener: 1
});
var Socket2 = class extends import_component_emitter5.Emitter {
  /**
   * `Socket` constructor.
   */
  constructor(io, nsp, opts) {
    super();
    this.connected = false;
    this.recovered = false;
    this.receiveBuffer = [];
    this.sendBuffer = [];
    this._queue = [];
    this._queueSeq = 0;
    this.ids = 0;
    this.acks = {};
    this.flags = {};
    this.io = io;
    this.nsp = nsp;
    if (opts && opts.auth) {
      this.auth = opts.auth;
    }
    this._opts = Object.assign({}, opts);
    if (this.io._autoConnect)
      this.open();
  }
  /**
   * Whether the socket is currently disconnected
   *
   * @example
   * const socket = io();
   *
   * socket.on("connect", () => {
   *   console.log(socket.disconnected); // false
   * });
   *
   * socket.on("disconnect", () => {
   *   console.log(socket.disconnected); // true
   * });
   */
  get disconnected() {
    return !this.connected;
  }
  /**
   * Subscribe to open, close and packet events
   *
   * @private
   */
  subEvents() {
    if (this.subs)
      return;
    const io = this.io;
    this.subs = [
      on(io, "open", this.onopen.bind(this)),
      on(io, "packet", this.onpacket.bind(this)),
      on(io, "error", this.onerror.bind(this)),
      on(io, "close", this.onclose.bind(this))
    ];
  }
  /**
   * Whether the Socket will try to reconnect when its Manager connects or reconnects.
   *
   * @example
   * const socket = io();
   *
   * console.log(socket.active); // true
   *
   * socket.on("disconnect", (reason) => {
   *   if (reason === "io server disconnect") {
   *     // the disconnection was initiated by the server, you need to manually reconnect
   *     console.log(socket.active); // false
   *   }
   *   // else the socket will automatically try to reconnect
   *   console.log(socket.active); // true
   * });
   */
  get active() {
    return !!this.subs;
  }
  /**
   * "Opens" the socket.
   *
   * @example
   * const socket = io({
   *   autoConnect: false
   * });
   *
   * socket.connect();
   */
  connect() {
    if (this.connected)
      return this;
    this.subEvents();
    if (!this.io["_reconnecting"])
      this.io.open();
    if ("open" === this.io._readyState)
      this.onopen();
    return this;
  }
  /**
   * Alias for {@link connect()}.
   */
  open() {
    return this.connect();
  }
  /**
   * Sends a `message` event.
   *
   * This method mimics the WebSocket.send() method.
   *
   * @see https://developer.mozilla.org/en-US/docs/Web/API/WebSocket/send
   *
   * @example
   * socket.send("hello");
   *
   * // this is equivalent to
   * socket.emit("message", "hello");
   *
   * @return self
   */
  send(...args) {
    args.unshift("message");
    this.emit.apply(this, args);
    return this;
  }
  /**
   * Override `emit`.
   * If the event is in `events`, it's emitted normally.
   *
   * @example
   * socket.emit("hello", "world");
   *
   * // all serializable datastructures are supported (no need to call JSON.stringify)
   * socket.emit("hello", 1, "2", { 3: ["4"], 5: Uint8Array.from([6]) });
   *
   * // with an acknowledgement from the server
   * socket.emit("hello", "world", (val) => {
   *   // ...
   * });
   *
   * @return self
   */
  emit(ev, ...args) {
    var _a, _b, _c;
    if (RESERVED_EVENTS2.hasOwnProperty(ev)) {
      throw new Error('"' + ev.toString() + '" is a reserved event name');
    }
    args.unshift(ev);
    if (this._opts.retries && !this.flags.fromQueue && !this.flags.volatile) {
      this._addToQueue(args);
      return this;
    }
    const packet = {
      type: PacketType.EVENT,
      data: args
    };
    packet.options = {};
    packet.options.compress = this.flags.compress !== false;
    if ("function" === typeof args[args.length - 1]) {
      const id = this.ids++;
      debug9("emitting packet with ack id %d", id);
      const ack = args.pop();
      this._registerAckCallback(id, ack);
      packet.id = id;
    }
    const isTransportWritable = (_b = (_a = this.io.engine) === null || _a === void 0 ? void 0 : _a.transport) === null || _b === void 0 ? void 0 : _b.writable;
    const isConnected = this.connected && !((_c = this.io.engine) === null || _c === void 0 ? void 0 : _c._hasPingExpired());
    const discardPacket = this.flags.volatile && !isTransportWritable;
    if (discardPacket) {
      debug9("discard packet as the transport is not currently writable");
    } else if (isConnected) {
      this.notifyOutgoingListeners(packet);
      this.packet(packet);
    } else {
      this.sendBuffer.push(packet);
    }
    this.flags = {};
    return this;
  }
  /**
   * @private
   */
  _registerAckCallback(id, ack) {
    var _a;
    const timeout = (_a = this.flags.timeout) !== null && _a !== void 0 ? _a : this._opts.ackTimeout;
    if (timeout === void 0) {
      this.acks[id] = ack;
      return;
    }
    const timer = this.io.setTimeoutFn(() => {
      delete this.acks[id];
      for (let i = 0; i < this.sendBuffer.length; i++) {
        if (this.sendBuffer[i].id === id) {
          debug9("removing packet with ack id %d from the buffer", id);
          this.sendBuffer.splice(i, 1);
        }
      }
      debug9("event with ack id %d has timed out after %d ms", id, timeout);
      ack.call(this, new Error("operation has timed out"));
    }, timeout);
    const fn = (...args) => {
      this.io.clearTimeoutFn(timer);
      ack.apply(this, args);
    };
    fn.withError = true;
    this.acks[id] = fn;
  }
  /**
   * Emits an event and waits for an acknowledgement
   *
   * @example
   * // without timeout
   * const response = await socket.emitWithAck("hello", "world");
   *
   * // with a specific timeout
   * try {
   *   const response = await socket.timeout(1000).emitWithAck("hello", "world");
   * } catch (err) {
   *   // the server did not acknowledge the event in the given delay
   * }
   *
   * @return a Promise that will be fulfilled when the server acknowledges the event
   */
  emitWithAck(ev, ...args) {
    return new Promise((resolve, reject) => {
      const fn = (arg1, arg2) => {
        return arg1 ? reject(arg1) : resolve(arg2);
      };
      fn.withError = true;
      args.push(fn);
      this.emit(ev, ...args);
    });
  }
  /**
   * Add the packet to the queue.
   * @param args
   * @private
   */
  _addToQueue(args) {
    let ack;
    if (typeof args[args.length - 1] === "function") {
      ack = args.pop();
    }
    const packet = {
      id: this._queueSeq++,
      tryCount: 0,
      pending: false,
      args,
      flags: Object.assign({ fromQueue: true }, this.flags)
    };
    args.push((err, ...responseArgs) => {
      if (packet !== this._queue[0]) {
        return debug9("packet [%d] already acknowledged", packet.id);
      }
      const hasError = err !== null;
      if (hasError) {
        if (packet.tryCount > this._opts.retries) {
          debug9("packet [%d] is discarded after %d tries", packet.id, packet.tryCount);
          this._queue.shift();
          if (ack) {
            ack(err);
          }
        }
      } else {
        debug9("packet [%d] was successfully sent", packet.id);
        this._queue.shift();
        if (ack) {
          ack(null, ...responseArgs);
        }
      }
      packet.pending = false;
      return this._drainQueue();
    });
    this._queue.push(packet);
    this._drainQueue();
  }
  /**
   * Send the first packet of the queue, and wait for an acknowledgement from the server.
   * @param force - whether to resend a packet that has not been acknowledged yet
   *
   * @private
   */
  _drainQueue(force = false) {
    debug9("draining queue");
    if (!this.connected || this._queue.length === 0) {
      return;
    }
    const packet = this._queue[0];
    if (packet.pending && !force) {
      debug9("packet [%d] has already been sent and is waiting for an ack", packet.id);
      return;
    }
    packet.pending = true;
    packet.tryCount++;
    debug9("sending packet [%d] (try n\xB0%d)", packet.id, packet.tryCount);
    this.flags = packet.flags;
    this.emit.apply(this, packet.args);
  }
  /**
   * Sends a packet.
   *
   * @param packet
   * @private
   */
  packet(packet) {
    packet.nsp = this.nsp;
    this.io._packet(packet);
  }
  /**
   * Called upon engine `open`.
   *
   * @private
   */
  onopen() {
    debug9("transport is open - connecting");
    if (typeof this.auth == "function") {
      this.auth((data) => {
        this._sendConnectPacket(data);
      });
    } else {
      this._sendConnectPacket(this.auth);
    }
  }
  /**
   * Sends a CONNECT packet to initiate the Socket.IO session.
   *
   * @param data
   * @private
   */
  _sendConnectPacket(data) {
    this.packet({
      type: PacketType.CONNECT,
      data: this._pid ? Object.assign({ pid: this._pid, offset: this._lastOffset }, data) : data
    });
  }
  /**
   * Called upon engine or manager `error`.
   *
   * @param err
   * @private
   */
  onerror(err) {
    if (!this.connected) {
      this.emitReserved("connect_error", err);
    }
  }
  /**
   * Called upon engine `close`.
   *
   * @param reason
   * @param description
   * @private
   */
  onclose(reason, description) {
    debug9("close (%s)", reason);
    this.connected = false;
    delete this.id;
    this.emitReserved("disconnect", reason, description);
    this._clearAcks();
  }
  /**
   * Clears the acknowledgement handlers upon disconnection, since the client will never receive an acknowledgement from
   * the server.
   *
   * @private
   */
  _clearAcks() {
    Object.keys(this.acks).forEach((id) => {
      const isBuffered = this.sendBuffer.some((packet) => String(packet.id) === id);
      if (!isBuffered) {
        const ack = this.acks[id];
        delete this.acks[id];
        if (ack.withError) {
          ack.call(this, new Error("socket has been disconnected"));
        }
      }
    });
  }
  /**
   * Called with socket packet.
   *
   * @param packet
   * @private
   */
  onpacket(packet) {
    const sameNamespace = packet.nsp === this.nsp;
    if (!sameNamespace)
      return;
    switch (packet.type) {
      case PacketType.CONNECT:
        if (packet.data && packet.data.sid) {
          this.onconnect(packet.data.sid, packet.data.pid);
        } else {
          this.emitReserved("connect_error", new Error("It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but they are not compatible (more information here: https://socket.io/docs/v3/migrating-from-2-x-to-3-0/)"));
        }
        break;
      case PacketType.EVENT:
      case PacketType.BINARY_EVENT:
        this.onevent(packet);
        break;
      case PacketType.ACK:
      case PacketType.BINARY_ACK:
        this.onack(packet);
        break;
      case PacketType.DISCONNECT:
        this.ondisconnect();
        break;
      case PacketType.CONNECT_ERROR:
        this.destroy();
        const err = new Error(packet.data.message);
        err.data = packet.data.data;
        this.emitReserved("connect_error", err);
        break;
    }
  }
  /**
   * Called upon a server event.
   *
   * @param packet
   * @private
   */
  onevent(packet) {
    const args = packet.data || [];
    debug9("emitting event %j", args);
    if (null != packet.id) {
      debug9("attaching ack callback to event");
      args.push(this.ack(packet.id));
    }
    if (this.connected) {
      this.emitEvent(args);
    } else {
      this.receiveBuffer.push(Object.freeze(args));
    }
  }
  emitEvent(args) {
    if (this._anyListeners && this._anyListeners.length) {
      const listeners = this._anyListeners.slice();
      for (const listener of listeners) {
        listener.apply(this, args);
      }
    }
    super.emit.apply(this, args);
    if (this._pid && args.length && typeof args[args.length - 1] === "string") {
      this._lastOffset = args[args.length - 1];
    }
  }
  /**
   * Produces an ack callback to emit with an event.
   *
   * @private
   */
  ack(id) {
    const self = this;
    let sent = false;
    return function(...args) {
      if (sent)
        return;
      sent = true;
      debug9("sending ack %j", args);
      self.packet({
        type: PacketType.ACK,
        id,
        data: args
      });
    };
  }
  /**
   * Called upon a server acknowledgement.
   *
   * @param packet
   * @private
   */
  onack(packet) {
    const ack = this.acks[packet.id];
    if (typeof ack !== "function") {
      debug9("bad ack %s", packet.id);
      return;
    }
    delete this.acks[packet.id];
    debug9("calling ack %s with %j", packet.id, packet.data);
    if (ack.withError) {
      packet.data.unshift(null);
    }
    ack.apply(this, packet.data);
  }
  /**
   * Called upon server connect.
   *
   * @private
   */
  onconnect(id, pid) {
    debug9("socket connected with id %s", id);
    this.id = id;
    this.recovered = pid && this._pid === pid;
    this._pid = pid;
    this.connected = true;
    this.emitBuffered();
    this._drainQueue(true);
    this.emitReserved("connect");
  }
  /**
   * Emit buffered events (received and emitted).
   *
   * @private
   */
  emitBuffered() {
    this.receiveBuffer.forEach((args) => this.emitEvent(args));
    this.receiveBuffer = [];
    this.sendBuffer.forEach((packet) => {
      this.notifyOutgoingListeners(packet);
      this.packet(packet);
    });
    this.sendBuffer = [];
  }
  /**
   * Called upon server disconnect.
   *
   * @private
   */
  ondisconnect() {
    debug9("server disconnect (%s)", this.nsp);
    this.destroy();
    this.onclose("io server disconnect");
  }
  /**
   * Called upon forced client/server side disconnections,
   * this method ensures the manager stops tracking us and
   * that reconnections don't get triggered for this.
   *
   * @private
   */
  destroy() {
    if (this.subs) {
      this.subs.forEach((subDestroy) => subDestroy());
      this.subs = void 0;
    }
    this.io["_destroy"](this);
  }
  /**
   * Disconnects the socket manually. In that case, the socket will not try to reconnect.
   *
   * If this is the last active Socket instance of the {@link Manager}, the low-level connection will be closed.
   *
   * @example
   * const socket = io();
   *
   * socket.on("disconnect", (reason) => {
   *   // console.log(reason); prints "io client disconnect"
   * });
   *
   * socket.disconnect();
   *
   * @return self
   */
  disconnect() {
    if (this.connected) {
      debug9("performing disconnect (%s)", this.nsp);
      this.packet({ type: PacketType.DISCONNECT });
    }
    this.destroy();
    if (this.connected) {
      this.onclose("io client disconnect");
    }
    return this;
  }
  /**
   * Alias for {@link disconnect()}.
   *
   * @return self
   */
  close() {
    return this.disconnect();
  }
  /**
   * Sets the compress flag.
   *
   * @example
   * socket.compress(false).emit("hello");
   *
   * @param compress - if `true`, compresses the sending data
   * @return self
   */
  compress(compress2) {
    this.flags.compress = compress2;
    return this;
  }
  /**
   * Sets a modifier for a subsequent event emission that the event message will be dropped when this socket is not
   * ready to send messages.
   *
   * @example
   * socket.volatile.emit("hello"); // the server may or may not receive it
   *
   * @returns self
   */
  get volatile() {
    this.flags.volatile = true;
    return this;
  }
  /**
   * Sets a modifier for a subsequent event emission that the callback will be called with an error when the
   * given number of milliseconds have elapsed without an acknowledgement from the server:
   *
   * @example
   * socket.timeout(5000).emit("my-event", (err) => {
   *   if (err) {
   *     // the server did not acknowledge the event in the given delay
   *   }
   * });
   *
   * @returns self
   */
  timeout(timeout) {
    this.flags.timeout = timeout;
    return this;
  }
  /**
   * Adds a listener that will be fired when any event is emitted. The event name is passed as the first argument to the
   * callback.
   *
   * @example
   * socket.onAny((event, ...args) => {
   *   console.log(`got ${event}`);
   * });
   *
   * @param listener
   */
  onAny(listener) {
    this._anyListeners = this._anyListeners || [];
    this._anyListeners.push(listener);
    return this;
  }
  /**
   * Adds a listener that will be fired when any event is emitted. The event name is passed as the first argument to the
   * callback. The listener is added to the beginning of the listeners array.
   *
   * @example
   * socket.prependAny((event, ...args) => {
   *   console.log(`got event ${event}`);
   * });
   *
   * @param listener
   */
  prependAny(listener) {
    this._anyListeners = this._anyListeners || [];
    this._anyListeners.unshift(listener);
    return this;
  }
  /**
   * Removes the listener that will be fired when any event is emitted.
   *
   * @example
   * const catchAllListener = (event, ...args) => {
   *   console.log(`got event ${event}`);
   * }
   *
   * socket.onAny(catchAllListener);
   *
   * // remove a specific listener
   * socket.offAny(catchAllListener);
   *
   * // or remove all listeners
   * socket.offAny();
   *
   * @param listener
   */
  offAny(listener) {
    if (!this._anyListeners) {
      return this;
    }
    if (listener) {
      const listeners = this._anyListeners;
      for (let i = 0; i < listeners.length; i++) {
        if (listener === listeners[i]) {
          listeners.splice(i, 1);
          return this;
        }
      }
    } else {
      this._anyListeners = [];
    }
    return this;
  }
  /**
   * Returns an array of listeners that are listening for any event that is specified. This array can be manipulated,
   * e.g. to remove listeners.
   */
  listenersAny() {
    return this._anyListeners || [];
  }
  /**
   * Adds a listener that will be fired when any event is emitted. The event name is passed as the first argument to the
   * callback.
   *
   * Note: acknowledgements sent to the server are not included.
   *
   * @example
   * socket.onAnyOutgoing((event, ...args) => {
   *   console.log(`sent event ${event}`);
   * });
   *
   * @param listener
   */
  onAnyOutgoing(listener) {
    this._anyOutgoingListeners = this._anyOutgoingListeners || [];
    this._anyOutgoingListeners.push(listener);
    return this;
  }
  /**
   * Adds a listener that will be fired when any event is emitted. The event name is passed as the first argument to the
   * callback. The listener is added to the beginning of the listeners array.
   *
   * Note: acknowledgements sent to the server are not included.
   *
   * @example
   * socket.prependAnyOutgoing((event, ...args) => {
   *   console.log(`sent event ${event}`);
   * });
   *
   * @param listener
   */
  prependAnyOutgoing(listener) {
    this._anyOutgoingListeners = this._anyOutgoingListeners || [];
    this._anyOutgoingListeners.unshift(listener);
    return this;
  }
  /**
   * Removes the listener that will be fired when any event is emitted.
   *
   * @example
   * const catchAllListener = (event, ...args) => {
   *   console.log(`sent event ${event}`);
   * }
   *
   * socket.onAnyOutgoing(catchAllListener);
   *
   * // remove a specific listener
   * socket.offAnyOutgoing(catchAllListener);
   *
   * // or remove all listeners
   * socket.offAnyOutgoing();
   *
   * @param [listener] - the catch-all listener (optional)
   */
  offAnyOutgoing(listener) {
    if (!this._anyOutgoingListeners) {
      return this;
    }
    if (listener) {
      const listeners = this._anyOutgoingListeners;
      for (let i = 0; i < listeners.length; i++) {
        if (listener === listeners[i]) {
          listeners.splice(i, 1);
          return this;
        }
      }
    } else {
      this._anyOutgoingListeners = [];
    }
    return this;
  }
  /**
   * Returns an array of listeners that are listening for any event that is specified. This array can be manipulated,
   * e.g. to remove listeners.
   */
  listenersAnyOutgoing() {
    return this._anyOutgoingListeners || [];
  }
  /**
   * Notify the listeners for each packet sent
   *
   * @param packet
   *
   * @private
   */
  notifyOutgoingListeners(packet) {
    if (this._anyOutgoingListeners && this._anyOutgoingListeners.length) {
      const listeners = this._anyOutgoingListeners.slice();
      for (const listener of listeners) {
        listener.apply(this, packet.data);
      }
    }
  }
};

// ../../../tmp/orca-nm/node_modules/socket.io-client/build/esm-debug/contrib/backo2.js
init_define_ORCAPOOL_PINS();
function Backoff(opts) {
  opts = opts || {};
  this.ms = opts.min || 100;
  this.max = opts.max || 1e4;
  this.factor = opts.factor || 2;
  this.jitter = opts.jitter > 0 && opts.jitter <= 1 ? opts.jitter : 0;
  this.attempts = 0;
}
Backoff.prototype.duration = function() {
  var ms = this.ms * Math.pow(this.factor, this.attempts++);
  if (this.jitter) {
    var rand = Math.random();
    var deviation = Math.floor(rand * this.jitter * ms);
    ms = (Math.floor(rand * 10) & 1) == 0 ? ms - deviation : ms + deviation;
  }
  return Math.min(ms, this.max) | 0;
};
Backoff.prototype.reset = function() {
  this.attempts = 0;
};
Backoff.prototype.setMin = function(min) {
  this.ms = min;
};
Backoff.prototype.setMax = function(max) {
  this.max = max;
};
Backoff.prototype.setJitter = function(jitter) {
  this.jitter = jitter;
};

// ../../../tmp/orca-nm/node_modules/socket.io-client/build/esm-debug/manager.js
var import_component_emitter6 = __toESM(require_cjs(), 1);
var import_debug10 = __toESM(require_src(), 1);
var debug10 = (0, import_debug10.default)("socket.io-client:manager");
var Manager = class extends import_component_emitter6.Emitter {
  constructor(uri, opts) {
    var _a;
    super();
    this.nsps = {};
    this.subs = [];
    if (uri && "object" === typeof uri) {
      opts = uri;
      uri = void 0;
    }
    opts = opts || {};
    opts.path = opts.path || "/socket.io";
    this.opts = opts;
    installTimerFunctions(this, opts);
    this.reconnection(opts.reconnection !== false);
    this.reconnectionAttempts(opts.reconnectionAttempts || Infinity);
    this.reconnectionDelay(opts.reconnectionDelay || 1e3);
    this.reconnectionDelayMax(opts.reconnectionDelayMax || 5e3);
    this.randomizationFactor((_a = opts.randomizationFactor) !== null && _a !== void 0 ? _a : 0.5);
    this.backoff = new Backoff({
      min: this.reconnectionDelay(),
      max: this.reconnectionDelayMax(),
      jitter: this.randomizationFactor()
    });
    this.timeout(null == opts.timeout ? 2e4 : opts.timeout);
    this._readyState = "closed";
    this.uri = uri;
    const _parser = opts.parser || esm_debug_exports;
    this.encoder = new _parser.Encoder();
    this.decoder = new _parser.Decoder();
    this._autoConnect = opts.autoConnect !== false;
    if (this._autoConnect)
      this.open();
  }
  reconnection(v) {
    if (!arguments.length)
      return this._reconnection;
    this._reconnection = !!v;
    if (!v) {
      this.skipReconnect = true;
    }
    return this;
  }
  reconnectionAttempts(v) {
    if (v === void 0)
      return this._reconnectionAttempts;
    this._reconnectionAttempts = v;
    return this;
  }
  reconnectionDelay(v) {
    var _a;
    if (v === void 0)
      return this._reconnectionDelay;
    this._reconnectionDelay = v;
    (_a = this.backoff) === null || _a === void 0 ? void 0 : _a.setMin(v);
    return this;
  }
  randomizationFactor(v) {
    var _a;
    if (v === void 0)
      return this._randomizationFactor;
    this._randomizationFactor = v;
    (_a = this.backoff) === null || _a === void 0 ? void 0 : _a.setJitter(v);
    return this;
  }
  reconnectionDelayMax(v) {
    var _a;
    if (v === void 0)
      return this._reconnectionDelayMax;
    this._reconnectionDelayMax = v;
    (_a = this.backoff) === null || _a === void 0 ? void 0 : _a.setMax(v);
    return this;
  }
  timeout(v) {
    if (!arguments.length)
      return this._timeout;
    this._timeout = v;
    return this;
  }
  /**
   * Starts trying to reconnect if reconnection is enabled and we have not
   * started reconnecting yet
   *
   * @private
   */
  maybeReconnectOnOpen() {
    if (!this._reconnecting && this._reconnection && this.backoff.attempts === 0) {
      this.reconnect();
    }
  }
  /**
   * Sets the current transport `socket`.
   *
   * @param {Function} fn - optional, callback
   * @return self
   * @public
   */
  open(fn) {
    debug10("readyState %s", this._readyState);
    if (~this._readyState.indexOf("open"))
      return this;
    debug10("opening %s", this.uri);
    this.engine = new Socket(this.uri, this.opts);
    const socket = this.engine;
    const self = this;
    this._readyState = "opening";
    this.skipReconnect = false;
    const openSubDestroy = on(socket, "open", function() {
      self.onopen();
      fn && fn();
    });
    const onError = (err) => {
      debug10("error");
      this.cleanup();
      this._readyState = "closed";
      this.emitReserved("error", err);
      if (fn) {
        fn(err);
      } else {
        this.maybeReconnectOnOpen();
      }
    };
    const errorSub = on(socket, "error", onError);
    if (false !== this._timeout) {
      const timeout = this._timeout;
      debug10("connect attempt will timeout after %d", timeout);
      const timer = this.setTimeoutFn(() => {
        debug10("connect attempt timed out after %d", timeout);
        openSubDestroy();
        onError(new Error("timeout"));
        socket.close();
      }, timeout);
      if (this.opts.autoUnref) {
        timer.unref();
      }
      this.subs.push(() => {
        this.clearTimeoutFn(timer);
      });
    }
    this.subs.push(openSubDestroy);
    this.subs.push(errorSub);
    return this;
  }
  /**
   * Alias for open()
   *
   * @return self
   * @public
   */
  connect(fn) {
    return this.open(fn);
  }
  /**
   * Called upon transport open.
   *
   * @private
   */
  onopen() {
    debug10("open");
    this.cleanup();
    this._readyState = "open";
    this.emitReserved("open");
    const socket = this.engine;
    this.subs.push(
      on(socket, "ping", this.onping.bind(this)),
      on(socket, "data", this.ondata.bind(this)),
      on(socket, "error", this.onerror.bind(this)),
      on(socket, "close", this.onclose.bind(this)),
      // @ts-ignore
      on(this.decoder, "decoded", this.ondecoded.bind(this))
    );
  }
  /**
   * Called upon a ping.
   *
   * @private
   */
  onping() {
    this.emitReserved("ping");
  }
  /**
   * Called with data.
   *
   * @private
   */
  ondata(data) {
    try {
      this.decoder.add(data);
    } catch (e) {
      this.onclose("parse error", e);
    }
  }
  /**
   * Called when parser fully decodes a packet.
   *
   * @private
   */
  ondecoded(packet) {
    nextTick(() => {
      this.emitReserved("packet", packet);
    }, this.setTimeoutFn);
  }
  /**
   * Called upon socket error.
   *
   * @private
   */
  onerror(err) {
    debug10("error", err);
    this.emitReserved("error", err);
  }
  /**
   * Creates a new socket for the given `nsp`.
   *
   * @return {Socket}
   * @public
   */
  socket(nsp, opts) {
    let socket = this.nsps[nsp];
    if (!socket) {
      socket = new Socket2(this, nsp, opts);
      this.nsps[nsp] = socket;
    } else if (this._autoConnect && !socket.active) {
      socket.connect();
    }
    return socket;
  }
  /**
   * Called upon a socket close.
   *
   * @param socket
   * @private
   */
  _destroy(socket) {
    const nsps = Object.keys(this.nsps);
    for (const nsp of nsps) {
      const socket2 = this.nsps[nsp];
      if (socket2.active) {
        debug10("socket %s is still active, skipping close", nsp);
        return;
      }
    }
    this._close();
  }
  /**
   * Writes a packet.
   *
   * @param packet
   * @private
   */
  _packet(packet) {
    debug10("writing packet %j", packet);
    const encodedPackets = this.encoder.encode(packet);
    for (let i = 0; i < encodedPackets.length; i++) {
      this.engine.write(encodedPackets[i], packet.options);
    }
  }
  /**
   * Clean up transport subscriptions and packet buffer.
   *
   * @private
   */
  cleanup() {
    debug10("cleanup");
    this.subs.forEach((subDestroy) => subDestroy());
    this.subs.length = 0;
    this.decoder.destroy();
  }
  /**
   * Close the current socket.
   *
   * @private
   */
  _close() {
    debug10("disconnect");
    this.skipReconnect = true;
    this._reconnecting = false;
    this.onclose("forced close");
  }
  /**
   * Alias for close()
   *
   * @private
   */
  disconnect() {
    return this._close();
  }
  /**
   * Called when:
   *
   * - the low-level engine is closed
   * - the parser encountered a badly formatted packet
   * - all sockets are disconnected
   *
   * @private
   */
  onclose(reason, description) {
    var _a;
    debug10("closed due to %s", reason);
    this.cleanup();
    (_a = this.engine) === null || _a === void 0 ? void 0 : _a.close();
    this.backoff.reset();
    this._readyState = "closed";
    this.emitReserved("close", reason, description);
    if (this._reconnection && !this.skipReconnect) {
      this.reconnect();
    }
  }
  /**
   * Attempt a reconnection.
   *
   * @private
   */
  reconnect() {
    if (this._reconnecting || this.skipReconnect)
      return this;
    const self = this;
    if (this.backoff.attempts >= this._reconnectionAttempts) {
      debug10("reconnect failed");
      this.backoff.reset();
      this.emitReserved("reconnect_failed");
      this._reconnecting = false;
    } else {
      const delay = this.backoff.duration();
      debug10("will wait %dms before reconnect attempt", delay);
      this._reconnecting = true;
      const timer = this.setTimeoutFn(() => {
        if (self.skipReconnect)
          return;
        debug10("attempting reconnect");
        this.emitReserved("reconnect_attempt", self.backoff.attempts);
        if (self.skipReconnect)
          return;
        self.open((err) => {
          if (err) {
            debug10("reconnect attempt error");
            self._reconnecting = false;
            self.reconnect();
            this.emitReserved("reconnect_error", err);
          } else {
            debug10("reconnect success");
            self.onreconnect();
          }
        });
      }, delay);
      if (this.opts.autoUnref) {
        timer.unref();
      }
      this.subs.push(() => {
        this.clearTimeoutFn(timer);
      });
    }
  }
  /**
   * Called upon successful reconnect.
   *
   * @private
   */
  onreconnect() {
    const attempt = this.backoff.attempts;
    this._reconnecting = false;
    this.backoff.reset();
    this.emitReserved("reconnect", attempt);
  }
};

// ../../../tmp/orca-nm/node_modules/socket.io-client/build/esm-debug/index.js
var import_debug11 = __toESM(require_src(), 1);
var debug11 = (0, import_debug11.default)("socket.io-client");
var cache = {};
function lookup(uri, opts) {
  if (typeof uri === "object") {
    opts = uri;
    uri = void 0;
  }
  opts = opts || {};
  const parsed = url(uri, opts.path || "/socket.io");
  const source = parsed.source;
  const id = parsed.id;
  const path = parsed.path;
  const sameNamespace = cache[id] && path in cache[id]["nsps"];
  const newConnection = opts.forceNew || opts["force new connection"] || false === opts.multiplex || sameNamespace;
  let io;
  if (newConnection) {
    debug11("ignoring socket cache for %s", source);
    io = new Manager(source, opts);
  } else {
    if (!cache[id]) {
      debug11("new io instance for %s", source);
      cache[id] = new Manager(source, opts);
    }
    io = cache[id];
  }
  if (parsed.query && !opts.query) {
    opts.query = parsed.queryKey;
  }
  return io.socket(parsed.path, opts);
}
Object.assign(lookup, {
  Manager,
  Socket: Socket2,
  io: lookup,
  connect: lookup
});

// build/orca/task/src/system-timers.js
init_define_ORCAPOOL_PINS();
var systemTimers = {
  nowMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  every: (periodMs, callback) => {
    const timer = setInterval(callback, periodMs);
    return () => clearInterval(timer);
  }
};
function sleep(timers, delayMs) {
  return new Promise((resolve) => timers.after(delayMs, resolve));
}

// build/orca/task/src/orca/pod-answer.js
init_define_ORCAPOOL_PINS();
function fieldsOf(value2) {
  return typeof value2 === "object" && value2 !== null && !Array.isArray(value2) ? value2 : null;
}
function podAnswer(response) {
  const outer = fieldsOf(response);
  if (outer === null || outer.status === "error")
    return null;
  if (outer.status === 200) {
    const inner = fieldsOf(outer.data);
    const isNested = inner !== null && typeof inner.status === "number" && "data" in inner;
    return isNested ? { status: inner.status, body: inner.data } : { status: 200, body: outer.data };
  }
  const thrown = fieldsOf(fieldsOf(outer.data)?.error);
  if (typeof thrown?.status === "number")
    return { status: thrown.status, body: thrown.error };
  return { status: typeof outer.status === "number" ? outer.status : 500, body: outer.data };
}

// build/orca/task/src/orca/orca-client.js
var OrcaError = class extends CodedError {
};
var MOST_BYTES = 512 * 1024;
var RETRY_MS = 500;
var OrcaClient = class {
  timers;
  socket;
  waiting = /* @__PURE__ */ new Map();
  calls = 0;
  constructor({ url: url2, taskId, image }, timers) {
    this.timers = timers;
    this.socket = lookup(`${url2}/${taskId}`, {
      auth: { connectionType: "orcaPulse" },
      transports: ["websocket"]
    });
    this.socket.on("connect", () => {
      this.socket.emit("orcaPulse:init", { podImageUrl: image, podId: taskId, orcaUrl: url2 });
    });
    this.socket.on("rpc:response", (response) => {
      this.waiting.get(String(response?.id))?.(response);
    });
  }
  /** `path` without a slash before it. Throws `OrcaError`; whatever the container answers is an answer. */
  async call(path, { method, headers = {}, body, timeoutMs }) {
    const args = { method, headers, ...body === void 0 ? {} : { body: JSON.stringify(body) } };
    if (JSON.stringify(args).length > MOST_BYTES) {
      throw new OrcaError("CALL_TOO_LARGE", `a call of ${path} has more than ${MOST_BYTES} bytes`);
    }
    const deadlineMs = this.timers.nowMs() + timeoutMs;
    for (; ; ) {
      const answer = podAnswer(await this.once(path, args, deadlineMs));
      if (answer !== null)
        return answer;
      if (this.timers.nowMs() + RETRY_MS >= deadlineMs) {
        throw new OrcaError("POD_ABSENT", `no container runs to answer ${path}: see the Orca add-on of the node`);
      }
      await sleep(this.timers, RETRY_MS);
    }
  }
  once(functionName, functionArgs, deadlineMs) {
    const id = `${process.pid}-${++this.calls}`;
    return new Promise((resolve, reject) => {
      const cancel = this.timers.after(Math.max(0, deadlineMs - this.timers.nowMs()), () => {
        this.waiting.delete(id);
        const what = this.socket.connected ? "the container" : "the Orca node";
        reject(new OrcaError("POD_SILENT", `${what} did not answer ${functionName} in time`));
      });
      this.waiting.set(id, (response) => {
        this.waiting.delete(id);
        cancel();
        resolve(response);
      });
      this.socket.emit("rpc:request", { id, functionName, functionArgs });
    });
  }
  /** The Orca node then stops the pod. */
  close() {
    this.socket.disconnect();
  }
};

// build/orca/task/src/pool/container.js
init_define_ORCAPOOL_PINS();
var ContainerError = class extends CodedError {
};
var TELL_MS = 2e4;
var CLAIM_MS = 2e4;
var AUDIT_MS = 6e4;
var Container = class {
  orca;
  token;
  constructor(orca, token) {
    this.orca = orca;
    this.token = token;
  }
  /** Resolves to the receipt key the container made, in hex. Throws `ContainerError` and `OrcaError`. */
  async tell(round, facts) {
    const answer = await this.post(`task/${round}`, facts, TELL_MS);
    const { receipt_key } = answer.body ?? {};
    if (answer.status === 200 && typeof receipt_key === "string")
      return receipt_key;
    throw refused(`the facts of round ${round}`, answer);
  }
  /** Null for a round without shares, undefined while it is not closed. Throws as `tell` does. */
  async claim(round) {
    const answer = await this.get(`submission/${round}`, CLAIM_MS);
    if (answer.status === 503)
      return void 0;
    if (answer.status === 404)
      return null;
    const { claim } = answer.body ?? {};
    if (answer.status === 200 && claim !== void 0)
      return claim;
    throw refused(`the claim of round ${round}`, answer);
  }
  /** The CID of the proof for a sampled claim; null while there is none. Throws as `tell` does. */
  async draws(round) {
    const answer = await this.get(`api/v1/rounds/${round}/draws`, TELL_MS);
    const { proof_cid } = answer.body ?? {};
    if (answer.status === 200 && proof_cid !== void 0)
      return proof_cid;
    if (answer.status === 404)
      return null;
    throw refused(`the proof of round ${round}`, answer);
  }
  /** Null where the container cannot tell yet. Throws as `tell` does. */
  async audit(wish) {
    const answer = await this.post("audit", wish, AUDIT_MS);
    if (answer.status === 503)
      return null;
    if (answer.status === 200 && typeof answer.body === "boolean")
      return answer.body;
    throw refused("an audit", answer);
  }
  /** The body of readiness. Throws `OrcaError`. */
  async health() {
    return (await this.get("healthz", TELL_MS)).body;
  }
  get(path, timeoutMs) {
    return this.orca.call(path, { method: "GET", headers: this.headers(), timeoutMs });
  }
  post(path, body, timeoutMs) {
    return this.orca.call(path, { method: "POST", headers: this.headers(), body, timeoutMs });
  }
  headers() {
    return { "x-task-token": this.token, "content-type": "application/json" };
  }
};
function refused(what, { status, body }) {
  const message2 = body?.error?.message;
  const said = typeof message2 === "string" ? message2 : JSON.stringify(body)?.slice(0, 200);
  return new ContainerError("CONTAINER_REFUSED", `the container answered ${what} with ${status}: ${said}`, {
    status
  });
}

// build/orca/task/src/pool/round-teller.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/index.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/archive-gatherer.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/car.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/cbor.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/cid.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/package-error.js
init_define_ORCAPOOL_PINS();
var PackageError = class extends CodedError {
};

// build/src/rounds/cid.js
var CID_BYTES = 36;
var CODEC_NUMBERS = { raw: 85, "dag-cbor": 113 };
var ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
var TEXT = /^b[a-z2-7]{58}$/;
var Cid = class _Cid {
  codec;
  digest;
  constructor(codec, digest3) {
    this.codec = codec;
    this.digest = digest3;
  }
  static of(codec, block3) {
    return new _Cid(codec, sha256(block3));
  }
  /** Throws `PackageError` unless these are exactly 36 bytes of the one kind. */
  static decode(bytes) {
    const codec = bytes[1] === CODEC_NUMBERS.raw ? "raw" : "dag-cbor";
    const isOurs = bytes.length === CID_BYTES && bytes[0] === 1 && bytes[1] === CODEC_NUMBERS[codec] && bytes[2] === 18 && bytes[3] === 32;
    if (isOurs)
      return new _Cid(codec, bytes.slice(4));
    throw new PackageError("CID_FORM", `not a CIDv1, raw or dag-cbor, of SHA-256: ${toHex(bytes.slice(0, 40))}`);
  }
  /** Throws `PackageError` for any text but the one `toString` gives. */
  static parse(text) {
    if (!TEXT.test(text))
      throw new PackageError("CID_FORM", `not a CID in base32: "${text.slice(0, 80)}"`);
    const bytes = fromBase32(text.slice(1));
    const cid2 = _Cid.decode(bytes);
    if (cid2.toString() === text)
      return cid2;
    throw new PackageError("CID_FORM", `the last character of a CID has bits that mean nothing: "${text}"`);
  }
  get bytes() {
    return concatBytes(Uint8Array.of(1, CODEC_NUMBERS[this.codec], 18, 32), this.digest);
  }
  toString() {
    return `b${toBase32(this.bytes)}`;
  }
};
function toBase32(bytes) {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8 | byte) & 4095;
    bits += 8;
    for (; bits >= 5; bits -= 5)
      text += ALPHABET[held >> bits - 5 & 31];
  }
  return bits === 0 ? text : text + ALPHABET[held << 5 - bits & 31];
}
function fromBase32(text) {
  const bytes = new Uint8Array(Math.floor(text.length * 5 / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    held = (held << 5 | ALPHABET.indexOf(character)) & 4095;
    bits += 5;
    if (bits < 8)
      continue;
    bits -= 8;
    bytes[at++] = held >> bits & 255;
  }
  return bytes;
}

// build/src/rounds/cbor.js
var UINT = 0;
var BYTES = 2;
var TEXT2 = 3;
var ARRAY = 4;
var MAP = 5;
var TAG = 6;
var NULL = 246;
var LINK_TAG = 42n;
var MAX_DEPTH = 4;
var MAX_NAME = 16;
function head(writer, major, value2) {
  const type = major << 5;
  if (value2 < 24n)
    return writer.u8(type | Number(value2));
  const size = value2 <= 0xffn ? 0 : value2 <= 0xffffn ? 1 : value2 <= 0xffffffffn ? 2 : 3;
  writer.u8(type | 24 + size);
  for (let shift = 8n * BigInt((1 << size) - 1); shift >= 0n; shift -= 8n) {
    writer.u8(Number(value2 >> shift & 0xffn));
  }
  return writer;
}
function namesOf(map) {
  return Object.keys(map).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}
function write(writer, value2) {
  if (value2 === null)
    return writer.u8(NULL);
  if (typeof value2 === "bigint")
    return head(writer, UINT, value2);
  if (isBytes2(value2))
    return head(writer, BYTES, BigInt(value2.length)).bytes(value2);
  if (value2 instanceof Cid) {
    return head(head(writer, TAG, LINK_TAG), BYTES, BigInt(CID_BYTES + 1)).u8(0).bytes(value2.bytes);
  }
  if (isArray(value2)) {
    head(writer, ARRAY, BigInt(value2.length));
    for (const item of value2)
      write(writer, item);
    return writer;
  }
  const names = namesOf(value2);
  head(writer, MAP, BigInt(names.length));
  for (const name of names)
    write(head(writer, TEXT2, BigInt(name.length)).bytes(utf8(name)), value2[name]);
  return writer;
}
function isBytes2(value2) {
  return ArrayBuffer.isView(value2);
}
function isArray(value2) {
  return Array.isArray(value2);
}
function encodeCbor(value2) {
  return write(new ByteWriter(), value2).finish();
}
function decodeCbor(bytes) {
  const reader = new CborReader(bytes);
  const value2 = reader.value(0);
  if (reader.at !== bytes.length)
    throw new PackageError("CBOR_TRAILING", "bytes are left over behind a value");
  return value2;
}
var CborReader = class {
  from;
  at = 0;
  constructor(from) {
    this.from = from;
  }
  take(length) {
    if (length > this.from.length - this.at) {
      throw new PackageError("CBOR_TRUNCATED", "a value goes on behind the end of its block");
    }
    this.at += length;
    return this.from.subarray(this.at - length, this.at);
  }
  head() {
    const first = this.take(1)[0];
    const low = first & 31;
    if (low < 24)
      return [first >> 5, BigInt(low)];
    if (low > 27)
      throw new PackageError("CBOR_NOT_CANONICAL", "an indefinite or reserved length");
    let value2 = 0n;
    for (const byte of this.take(1 << low - 24))
      value2 = value2 << 8n | BigInt(byte);
    const least = low === 24 ? 24n : 1n << 8n * BigInt(1 << low - 25);
    if (value2 < least)
      throw new PackageError("CBOR_NOT_CANONICAL", "a number is longer than it need be");
    return [first >> 5, value2];
  }
  /** An item takes a byte or more: a length beyond the bytes left is a lie, whatever follows. */
  length(value2) {
    if (value2 > BigInt(this.from.length - this.at)) {
      throw new PackageError("CBOR_TRUNCATED", "a length is larger than its block");
    }
    return Number(value2);
  }
  value(depth) {
    if (depth > MAX_DEPTH)
      throw new PackageError("CBOR_DEPTH", `values nest deeper than ${MAX_DEPTH}`);
    if (this.from[this.at] === NULL) {
      this.at++;
      return null;
    }
    const [major, value2] = this.head();
    if (major === UINT)
      return value2;
    if (major === BYTES)
      return new Uint8Array(this.take(this.length(value2)));
    if (major === ARRAY)
      return Array.from({ length: this.length(value2) }, () => this.value(depth + 1));
    if (major === MAP)
      return this.map(this.length(value2), depth);
    if (major === TAG && value2 === LINK_TAG)
      return this.link();
    throw new PackageError("CBOR_UNSUPPORTED", `a value of major type ${major} has no place in a package`);
  }
  map(entries, depth) {
    const map = {};
    let last = "";
    for (let left = entries; left > 0; left--) {
      const name = this.name();
      const follows = name.length > last.length || name.length === last.length && name > last;
      if (!follows)
        throw new PackageError("CBOR_NOT_CANONICAL", "map keys do not ascend");
      last = name;
      map[name] = this.value(depth + 1);
    }
    return map;
  }
  name() {
    const [major, length] = this.head();
    if (major !== TEXT2 || length > MAX_NAME)
      throw new PackageError("CBOR_UNSUPPORTED", "a map key is no short text");
    const name = fromUtf8(this.take(Number(length)));
    if (/^[a-z]+$/.test(name))
      return name;
    throw new PackageError("CBOR_UNSUPPORTED", "a map key has other characters than a-z");
  }
  link() {
    const [major, length] = this.head();
    if (major !== BYTES || length !== BigInt(CID_BYTES + 1) || this.take(1)[0] !== 0) {
      throw new PackageError("CID_FORM", "a link is not a CID of 36 bytes behind a zero");
    }
    return Cid.decode(this.take(CID_BYTES));
  }
};

// build/src/rounds/car.js
var MAX_BLOCK_BYTES = 1 << 20;
function writeVarint(writer, value2) {
  let left = value2;
  for (; left >= 128; left = Math.floor(left / 128))
    writer.u8(left & 127 | 128);
  return writer.u8(left);
}
function carHeader(root) {
  const header2 = encodeCbor({ roots: [root], version: 1n });
  return writeVarint(new ByteWriter(), header2.length).bytes(header2).finish();
}
function encodeCar(blocks) {
  const writer = new ByteWriter(1 << 16).bytes(carHeader(blocks[0].cid));
  for (const { cid: cid2, bytes } of blocks) {
    writeVarint(writer, CID_BYTES + bytes.length).bytes(cid2.bytes).bytes(bytes);
  }
  return writer.finish();
}
var HEADER_BYTES2 = 59;
var ROOT_AT = 14;
var MAX_SECTION_BYTES = CID_BYTES + MAX_BLOCK_BYTES;
function rootOfCar(bytes) {
  return Cid.decode(bytes.slice(ROOT_AT, ROOT_AT + CID_BYTES));
}
var CarReader = class {
  /** Its first `held` bytes have come and are of no block yet. */
  buffer = new Uint8Array(0);
  held = 0;
  /** Bytes to hold before it is worth looking again: a peer that sends byte by byte costs no copies. */
  needed = HEADER_BYTES2;
  root = null;
  /** The blocks that these bytes complete, in order. Throws `PackageError`; the reader is of no use afterwards. */
  push(bytes) {
    return [...this.read(bytes)];
  }
  /** The same, one by one: what lies behind a block is not looked at before the next one is asked for. */
  *read(bytes) {
    this.hold(bytes);
    if (this.held < this.needed)
      return;
    const all = this.buffer.subarray(0, this.held);
    let at = 0;
    try {
      if (this.root === null)
        at = this.readHeader(all);
      for (let section = this.sectionAt(all, at); section !== null; section = this.sectionAt(all, at)) {
        at = section.end;
        yield section.block;
      }
    } finally {
      this.buffer.copyWithin(0, at, this.held);
      this.held -= at;
    }
  }
  /** In one buffer, because bytes that came singly would each cost as much as a hundred. */
  hold(bytes) {
    if (this.held + bytes.length > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.held + bytes.length, 2 * this.buffer.length));
      grown.set(this.buffer.subarray(0, this.held));
      this.buffer = grown;
    }
    this.buffer.set(bytes, this.held);
    this.held += bytes.length;
  }
  /** Null before the header has arrived. */
  get rootCid() {
    return this.root;
  }
  /** Throws `PackageError` when the archive ended inside its header or a section. */
  end() {
    if (this.root !== null && this.held === 0)
      return;
    throw new PackageError("CAR_TRUNCATED", "the archive ends inside a section");
  }
  readHeader(all) {
    const header2 = all.subarray(0, HEADER_BYTES2);
    const root = Cid.decode(header2.subarray(ROOT_AT, ROOT_AT + CID_BYTES));
    if (!equalBytes(header2, carHeader(root))) {
      throw new PackageError("CAR_HEADER", "not the header of a CARv1 with one root");
    }
    this.root = root;
    return HEADER_BYTES2;
  }
  sectionAt(all, at) {
    const head2 = readVarint(all, at);
    if (head2 === null) {
      this.needed = all.length - at + 1;
      return null;
    }
    const { value: value2, end: start } = head2;
    if (value2 < CID_BYTES || value2 > MAX_SECTION_BYTES) {
      throw new PackageError("CAR_SECTION", `a section of ${value2} bytes; a block has at most ${MAX_BLOCK_BYTES}`);
    }
    const end = start + value2;
    if (end > all.length) {
      this.needed = end - at;
      return null;
    }
    const cid2 = Cid.decode(all.subarray(start, start + CID_BYTES));
    const bytes = all.slice(start + CID_BYTES, end);
    if (!equalBytes(sha256(bytes), cid2.digest)) {
      throw new PackageError("BLOCK_HASH", `a block does not hash to its CID ${cid2}`);
    }
    return { block: { cid: cid2, bytes }, end };
  }
};
var MAX_VARINT_BYTES = 4;
function readVarint(bytes, at) {
  let value2 = 0;
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = bytes[at + i];
    if (byte === void 0)
      return null;
    value2 |= (byte & 127) << 7 * i;
    if (byte >= 128)
      continue;
    if (byte === 0 && i > 0)
      throw new PackageError("CAR_VARINT", "a length is longer than it need be");
    return { value: value2, end: at + i + 1 };
  }
  throw new PackageError("CAR_VARINT", "a length of more than 4 bytes");
}

// build/src/rounds/chunks.js
init_define_ORCAPOOL_PINS();
var CHUNK_BYTES = 262144;
var MAX_CHUNKS = 128;
var MAX_ROW_BYTES = 4096;
function joinChunks(chunks) {
  const last = chunks.length - 1;
  const isCutRight = chunks.every(({ length }, i) => i < last ? length === CHUNK_BYTES : length > 0 && length <= CHUNK_BYTES);
  if (!isCutRight) {
    throw new PackageError("CHUNKS", `a chunk other than the last has not ${CHUNK_BYTES} bytes, or the last none`);
  }
  return concatBytes(...chunks);
}
function readRows(stream, { table, most }, row) {
  const reader = new ByteReader(stream);
  for (let rows = 0; reader.left > 0; rows++) {
    if (rows === most)
      throw new PackageError("TABLE_SIZE", `more than ${most} rows of ${table}`);
    try {
      const length = reader.varint();
      if (length > MAX_ROW_BYTES)
        throw new PackageError("TABLE_ROW", `a row of ${length} bytes`);
      row(reader.bytes(length));
    } catch (error) {
      if (error instanceof PackageError)
        throw error;
      throw new PackageError("TABLE_ROW", `a row of ${table} is unreadable: ${errorMessage(error)}`, {}, error);
    }
  }
}
function refuseDisorder(rows, table) {
  for (let i = 1; i < rows.length; i++) {
    if (compareBytes(rows[i - 1], rows[i]) >= 0) {
      throw new PackageError("TABLE_ORDER", `row ${i} of ${table} is not behind the one before it`);
    }
  }
}

// build/src/rounds/claim-package.js
init_define_ORCAPOOL_PINS();

// build/src/mining/index.js
init_define_ORCAPOOL_PINS();

// build/src/mining/block.js
init_define_ORCAPOOL_PINS();

// build/src/mining/check-share.js
init_define_ORCAPOOL_PINS();

// build/src/bitcoin/index.js
init_define_ORCAPOOL_PINS();

// build/src/bitcoin/address.js
init_define_ORCAPOOL_PINS();

// build/src/bitcoin/networks.js
init_define_ORCAPOOL_PINS();

// build/src/bitcoin/bits.js
init_define_ORCAPOOL_PINS();
var BitsError = class extends CodedError {
};
var MAX_TARGET = (1n << 256n) - 1n;
function bitsAtMost(target) {
  let size = Math.ceil(target.toString(16).length / 2);
  let mantissa = size <= 3 ? Number(target) * 2 ** (8 * (3 - size)) : Number(target >> BigInt(8 * (size - 3)));
  if (mantissa >= 8388608) {
    mantissa = Math.floor(mantissa / 256);
    size++;
  }
  return size * 16777216 + mantissa;
}
function bitsAtLeast(target) {
  const below = bitsAtMost(target > MAX_TARGET ? MAX_TARGET : target);
  if (decode2(below) >= target)
    return below;
  const size = Math.floor(below / 16777216);
  const mantissa = (below & 8388607) + 1;
  const above = mantissa < 8388608 ? size * 16777216 + mantissa : (size + 1) * 16777216 + 32768;
  return decode2(above) <= MAX_TARGET ? above : below;
}
function decode2(bits) {
  const size = bits >>> 24;
  const mantissa = BigInt(bits & 8388607);
  return size <= 3 ? mantissa >> BigInt(8 * (3 - size)) : mantissa << BigInt(8 * (size - 3));
}
function isCanonicalBits(bits) {
  if (!Number.isInteger(bits) || bits <= 0 || bits > 4294967295 || (bits & 8388608) !== 0)
    return false;
  const target = decode2(bits);
  return target > 0n && target <= MAX_TARGET && bitsAtMost(target) === bits;
}
function bitsToTarget(bits) {
  if (!isCanonicalBits(bits)) {
    throw new BitsError("BITS_NOT_CANONICAL", `0x${bits.toString(16)} is not a canonical compact target`);
  }
  return decode2(bits);
}
function workOfTarget(target) {
  return (1n << 256n) / (target + 1n);
}
function workOfBits(bits) {
  return workOfTarget(bitsToTarget(bits));
}

// build/src/bitcoin/difficulty.js
init_define_ORCAPOOL_PINS();
var DIFF1_TARGET = 0xffffn << 208n;
var DIFF1_TARGET_CEILING = (1n << 224n) + (1n << 202n);
var STEPS_BELOW_ONE = [1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8];
var DECADES_BELOW_ONE = 9;
var FRACTIONS = Array.from({ length: DECADES_BELOW_ONE }, (_, i) => i - DECADES_BELOW_ONE).flatMap((exponent) => STEPS_BELOW_ONE.map((step) => Number(`${step}e${exponent}`))).filter((difficulty) => difficulty < 1);
var MAX_DIFFICULTY = 2 ** 60;
var bitsKnown = /* @__PURE__ */ new Map();
var MOST_KNOWN = 1e4;
function bitsOfDifficulty(difficulty) {
  let bits = bitsKnown.get(difficulty);
  if (bits === void 0) {
    const [numerator, denominator] = ratioOf(difficulty);
    const ceiling = (DIFF1_TARGET_CEILING * denominator + numerator - 1n) / numerator;
    bits = bitsAtLeast(ceiling);
    if (bitsKnown.size >= MOST_KNOWN)
      bitsKnown.clear();
    bitsKnown.set(difficulty, bits);
  }
  return bits;
}
function ratioOf(value2) {
  let denominator = 1n;
  let scaled = value2;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return [BigInt(scaled), denominator];
}
var DIFF1_OF_HASH = Number(DIFF1_TARGET);

// build/src/bitcoin/networks.js
var SMALLEST_SHARE = workOfBits(bitsOfDifficulty(1e-6));
var MAX_WORK = (1n << 96n) - 1n;
var NETWORKS = {
  mainnet: {
    name: "mainnet",
    bitcoindChain: "main",
    genesisHash: fromDisplayHex("000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"),
    checkpoint: {
      height: 935e3,
      hash: fromDisplayHex("0000000000000000000147034958af1652b2b91bba607beacc5e72a56f0fb5ee")
    },
    bech32Hrp: "bc",
    p2pkhVersion: 0,
    p2shVersion: 5,
    defaultRpcPort: 8332,
    minWork: SMALLEST_SHARE,
    maxWork: MAX_WORK,
    blockTargetBits: null,
    halvingBlocks: 21e4,
    retargeting: "every-2016-blocks",
    easiestBits: 486604799
  },
  testnet4: {
    name: "testnet4",
    bitcoindChain: "testnet4",
    genesisHash: fromDisplayHex("00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"),
    checkpoint: null,
    bech32Hrp: "tb",
    p2pkhVersion: 111,
    p2shVersion: 196,
    defaultRpcPort: 48332,
    minWork: SMALLEST_SHARE,
    maxWork: MAX_WORK,
    blockTargetBits: null,
    halvingBlocks: 21e4,
    retargeting: "by-time",
    easiestBits: 486604799
  },
  signet: {
    name: "signet",
    bitcoindChain: "signet",
    genesisHash: fromDisplayHex("00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"),
    checkpoint: null,
    bech32Hrp: "tb",
    p2pkhVersion: 111,
    p2shVersion: 196,
    defaultRpcPort: 38332,
    minWork: SMALLEST_SHARE,
    maxWork: MAX_WORK,
    blockTargetBits: null,
    halvingBlocks: 21e4,
    retargeting: "every-2016-blocks",
    easiestBits: 503543726
  },
  regtest: {
    name: "regtest",
    bitcoindChain: "regtest",
    genesisHash: fromDisplayHex("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
    checkpoint: null,
    bech32Hrp: "bcrt",
    p2pkhVersion: 111,
    p2shVersion: 196,
    defaultRpcPort: 18443,
    // Down to two hashes a share, so that valid shares are cheap to make in benches.
    minWork: 2n,
    maxWork: MAX_WORK,
    // About 4.2 million hashes a block: a fraction of a minute for one CPU, some 200 times a test share.
    blockTargetBits: 503578623,
    halvingBlocks: 150,
    retargeting: "never",
    easiestBits: 545259519
  }
};
var networks = Object.values(NETWORKS);

// build/src/bitcoin/script.js
init_define_ORCAPOOL_PINS();

// build/src/bitcoin/address.js
var P2PKH_HEAD = Uint8Array.of(118, 169, 20);
var P2PKH_TAIL = Uint8Array.of(136, 172);
var P2SH_HEAD = Uint8Array.of(169, 20);
var P2SH_TAIL = Uint8Array.of(135);

// build/src/bitcoin/header.js
init_define_ORCAPOOL_PINS();
var HEADER_BYTES3 = 80;

// build/src/bitcoin/merkle.js
init_define_ORCAPOOL_PINS();

// build/src/bitcoin/retarget.js
init_define_ORCAPOOL_PINS();
var WANTED_SECONDS = 14n * 86400n;

// build/src/bitcoin/transaction.js
init_define_ORCAPOOL_PINS();

// build/src/mining/coinbase.js
init_define_ORCAPOOL_PINS();
var COMMITMENT_MAGIC = utf8("ORC1");
var CoinbaseError = class extends CodedError {
};
var VERSION_AND_OUTPOINT = new ByteWriter().u32(2).varint(1).bytes(new Uint8Array(32)).u32(4294967295).finish();
function decodeShape(encoded) {
  const reader = new ByteReader(encoded);
  const kind = reader.u8();
  if (kind > 1)
    throw new CoinbaseError("SHAPE_KIND", `coinbase shape kind ${kind} is unknown`);
  const shape = {
    kind: kind === 0 ? "pool" : "solo",
    scriptHead: reader.varbytes(),
    middle: reader.varbytes(),
    tail: reader.varbytes()
  };
  reader.end();
  return shape;
}

// build/src/mining/check-share.js
var header = new Uint8Array(HEADER_BYTES3);
var headerView = new DataView(header.buffer);
var coinbase = new Uint8Array(512);

// build/src/mining/coinbase-class.js
init_define_ORCAPOOL_PINS();

// build/src/mining/commitment.js
init_define_ORCAPOOL_PINS();
var commit = taggedHash("orcapool/share/1");

// build/src/mining/empty-template.js
init_define_ORCAPOOL_PINS();

// build/src/mining/subsidy.js
init_define_ORCAPOOL_PINS();

// build/src/mining/template.js
init_define_ORCAPOOL_PINS();

// build/src/mining/job.js
init_define_ORCAPOOL_PINS();

// build/src/mining/payout.js
init_define_ORCAPOOL_PINS();
var PayoutError = class extends CodedError {
};
var TYPE_BITCOIN = 0;
var TYPE_K2 = 1;
var K2_KEY_BYTES = 32;
var minerHash = taggedHash("orcapool/miner/1");
function typed(payout) {
  return payout.type === "bitcoin" ? [TYPE_BITCOIN, payout.script] : [TYPE_K2, payout.key];
}
function minerId(payout) {
  const [type, bytes] = typed(payout);
  return minerHash(new ByteWriter().u8(type).bytes(bytes).finish());
}
function decodePayout(encoded) {
  const reader = new ByteReader(encoded);
  const type = reader.u8();
  const bytes = reader.varbytes();
  reader.end();
  if (type === TYPE_BITCOIN)
    return { type: "bitcoin", script: bytes };
  if (type !== TYPE_K2)
    throw new PayoutError("PAYOUT_TYPE", `payout type ${type} is unknown`);
  if (bytes.length !== K2_KEY_BYTES) {
    throw new PayoutError("PAYOUT_LENGTH", `a K2 key has ${K2_KEY_BYTES} bytes, not ${bytes.length}`);
  }
  return { type: "k2", key: bytes };
}

// build/src/mining/job-template.js
init_define_ORCAPOOL_PINS();
function decodeJobTemplate(encoded) {
  const reader = new ByteReader(encoded);
  const prevHash = reader.bytes(32);
  const bits = reader.u32();
  const version = reader.u32();
  const height = reader.u32();
  const branch = [];
  for (let left = reader.varint(); left > 0; left--)
    branch.push(reader.bytes(32));
  reader.end();
  return { height, prevHash, version, bits, branch };
}

// build/src/mining/share-record.js
init_define_ORCAPOOL_PINS();
var SHARE_RECORD_BYTES = 40;

// build/src/mining/signature.js
init_define_ORCAPOOL_PINS();
var MAX_SIGNATURE_BYTES = 20;

// build/src/rounds/claim.js
init_define_ORCAPOOL_PINS();
var CLAIM_FORMAT = 1;
var FULL_TIER_SHARES = 16384;
var TIERS = ["full", "sampled"];
var CLAIM_TAG = Uint8Array.of(3);
var CLAIM_BYTES = 230;
function tierOf(count) {
  return count <= BigInt(FULL_TIER_SHARES) ? "full" : "sampled";
}
function tierNumber(tier) {
  return TIERS.indexOf(tier);
}
function encodeClaim(claim) {
  return new ByteWriter(CLAIM_BYTES).u8(CLAIM_FORMAT).u8(tierNumber(claim.tier)).bytes(claim.taskId).bytes(claim.nodeKey).u64(claim.round).bytes(claim.reserveHash).bytes(claim.seed).bytes(bigintToLe(claim.total, 16)).u64(claim.count).u32(claim.miners).bytes(claim.topRoot).bytes(claim.tablesHash).finish();
}
function claimRoot(claim) {
  return sha256(concatBytes(CLAIM_TAG, encodeClaim(claim)));
}

// build/src/rounds/claim-tables.js
init_define_ORCAPOOL_PINS();
var TABLE_NAMES = ["templates", "shapes", "signatures", "jobs", "miners"];
var MAX_ROWS = {
  templates: 32768,
  shapes: 32768,
  signatures: 65536,
  jobs: 32768,
  miners: 65536
};
var MAX_SCRIPT_HEAD_BYTES = 100;
var MAX_PAYOUT_BYTES = 100;
function decodeTables(streams, count) {
  const of = (table) => ({
    ...{ table, stream: streams[table] },
    most: count < BigInt(MAX_ROWS[table]) ? Number(count) : MAX_ROWS[table]
  });
  const templates = ascendingRows(of("templates"), decodeJobTemplate);
  const shapes = ascendingRows(of("shapes"), readShape);
  const tables = {
    templates,
    shapes,
    signatures: ascendingRows(of("signatures"), readSignatureRow),
    jobs: readJobs(of("jobs")),
    miners: readMiners(of("miners"))
  };
  const refersTo = (name, length) => refuseUnused(tables.jobs.map((job) => job[name]), length, `${name}s`);
  refersTo("template", templates.length);
  refersTo("shape", shapes.length);
  return tables;
}
function ascendingRows(from, decode3) {
  const encoded = [];
  const rows = [];
  readRows(from.stream, from, (bytes) => {
    encoded.push(bytes);
    rows.push(decode3(bytes));
  });
  refuseDisorder(encoded, from.table);
  return rows;
}
function readShape(bytes) {
  const shape = decodeShape(bytes);
  if (shape.kind === "pool" && shape.scriptHead.length <= MAX_SCRIPT_HEAD_BYTES)
    return shape;
  throw new PackageError("TABLE_ROW", "a shape is for solo work, or its script begins with too many bytes");
}
function readSignatureRow(bytes) {
  if (bytes.length <= MAX_SIGNATURE_BYTES)
    return bytes;
  throw new PackageError("TABLE_ROW", `a signature has ${bytes.length} bytes, at most ${MAX_SIGNATURE_BYTES} are let in`);
}
function readJobs(from) {
  const jobs = [];
  readRows(from.stream, from, (bytes) => {
    const reader = new ByteReader(bytes);
    const job = { template: reader.u32(), shape: reader.u32() };
    reader.end();
    const last = jobs.at(-1);
    const follows = last === void 0 || job.template > last.template || job.template === last.template && job.shape > last.shape;
    if (!follows)
      throw new PackageError("TABLE_ORDER", `job ${jobs.length} is not behind the one before it`);
    jobs.push(job);
  });
  return jobs;
}
function readMiners(from) {
  const miners = [];
  readRows(from.stream, from, (bytes) => {
    const reader = new ByteReader(bytes);
    const count = reader.u64();
    const work = bigintFromLe(reader.bytes(16));
    const shareRoot = reader.bytes(32);
    const payout = decodePayout(reader.bytes(reader.left));
    const paid = payout.type === "bitcoin" ? payout.script : payout.key;
    if (paid.length === 0 || paid.length > MAX_PAYOUT_BYTES) {
      throw new PackageError("TABLE_ROW", `a payout has ${paid.length} bytes, 1 to ${MAX_PAYOUT_BYTES} are let in`);
    }
    const id = minerId(payout);
    const last = miners.at(-1);
    if (last !== void 0 && compareBytes(last.minerId, id) >= 0) {
      throw new PackageError("TABLE_ORDER", `miner ${miners.length}'s id is not behind the one before it`);
    }
    miners.push({ minerId: id, count, work, shareRoot, payout });
  });
  return miners;
}
function refuseUnused(references, length, table) {
  const used = new Uint8Array(length);
  for (const row of references) {
    if (row >= length)
      throw new PackageError("TABLE_REFERENCE", `there is no row ${row} in ${table}`);
    used[row] = 1;
  }
  const unused = used.indexOf(0);
  if (unused >= 0)
    throw new PackageError("TABLE_REFERENCE", `nothing uses row ${unused} of ${table}`);
}

// build/src/rounds/claim-trie.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/fold-trie.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/sum-node.js
init_define_ORCAPOOL_PINS();
var SumError = class extends CodedError {
};
var MAX_U64 = (1n << 64n) - 1n;
var MAX_U128 = (1n << 128n) - 1n;
var EMPTY = { hash: new Uint8Array(32), sum: 0n, count: 0n };
var buffer = new Uint8Array(113);
var view = new DataView(buffer.buffer);
var leafBytes = buffer.subarray(0, 49);
var rowBytes = buffer.subarray(0, 89);
function addWork(a, b) {
  const sum = a + b;
  if (sum > MAX_U128)
    throw new SumError("WORK_OVERFLOW", "work adds up to more than 128 bits hold");
  return sum;
}
function addCounts(a, b) {
  const sum = a + b;
  if (sum > MAX_U64)
    throw new SumError("COUNT_OVERFLOW", "shares add up to more than 64 bits hold");
  return sum;
}
function setU128(at, value2) {
  view.setBigUint64(at, value2, true);
  view.setBigUint64(at + 8, value2 >> 64n, true);
}
function refuseNoWork(work, count) {
  if (work > 0n && count > 0n)
    return;
  throw new SumError("WORK_ZERO", "a leaf without work, or a miner without shares, is no part of a claim");
}
function setChild(at, child) {
  buffer.set(child.hash, at);
  setU128(at + 32, child.sum);
  view.setBigUint64(at + 48, child.count, true);
}
function branchNode(left, right) {
  const sum = addWork(left.sum, right.sum);
  const count = addCounts(left.count, right.count);
  buffer[0] = 1;
  setChild(1, left);
  setChild(57, right);
  return { hash: sha256(buffer), sum, count };
}
function rowNode(row) {
  refuseNoWork(row.work, row.count);
  buffer[0] = 2;
  buffer.set(row.minerId, 1);
  view.setBigUint64(33, row.count, true);
  setU128(41, row.work);
  buffer.set(row.shareRoot, 57);
  return { hash: sha256(rowBytes), sum: row.work, count: row.count };
}

// build/src/rounds/fold-trie.js
var TrieError = class extends CodedError {
};
var KEY_BITS = 256;
function bitOf(key, depth) {
  return key[depth >> 3] >> 7 - (depth & 7) & 1;
}
function splitAt(leaves, from, to, depth) {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = low + high >>> 1;
    if (leaves.bit(middle, depth) === 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}
function foldTrie(leaves, from = 0, to = leaves.length, depth = 0) {
  if (from === to)
    return EMPTY;
  if (to - from === 1)
    return leaves.folded(from);
  if (depth === KEY_BITS)
    throw new TrieError("KEYS_NOT_ASCENDING", "a key is in the trie twice");
  const middle = splitAt(leaves, from, to, depth);
  return branchNode(foldTrie(leaves, from, middle, depth + 1), foldTrie(leaves, middle, to, depth + 1));
}

// build/src/rounds/claim-trie.js
function rowLeaves(rows) {
  return {
    length: rows.length,
    bit: (index, depth) => bitOf(rows[index].minerId, depth),
    folded: (index) => rowNode(rows[index])
  };
}
function topOf(rows) {
  return foldTrie(rowLeaves(rows));
}

// build/src/rounds/linked-blocks.js
init_define_ORCAPOOL_PINS();
var LinkedBlocks = class {
  root;
  bounds;
  follow;
  car = new CarReader();
  expected = [];
  known = /* @__PURE__ */ new Set();
  blocks = [];
  /**
   * `root`: the archive that was asked for; null to take any. `follow` gets each block and returns the links that are
   * to come behind all that were announced before.
   */
  constructor(root, bounds, follow) {
    this.root = root;
    this.bounds = bounds;
    this.follow = follow;
    if (root !== null)
      this.expect([root]);
  }
  /** Throws `PackageError` at the first wrong byte; the reader is of no use afterwards. */
  push(bytes) {
    const blocks = this.car.push(bytes);
    const { rootCid } = this.car;
    if (rootCid !== null)
      this.refuseOther(rootCid);
    if (this.expected.length === 0 && rootCid !== null)
      this.expect([rootCid]);
    for (const block3 of blocks)
      this.take(block3);
  }
  /** Throws `PackageError` for an archive that says it is another than was asked for, whatever its blocks are. */
  refuseOther(rootCid) {
    if (this.root === null || this.root.toString() === rootCid.toString())
      return;
    throw new PackageError("BLOCK_UNEXPECTED", `the archive's root is ${rootCid}, not ${this.root}`);
  }
  /** The next block, whose hash was checked. Throws `PackageError` for any other, and for one that breaks the format. */
  take(block3) {
    const index = this.blocks.length;
    if (!this.isNext(block3.cid)) {
      const { next } = this;
      throw new PackageError("BLOCK_UNEXPECTED", `block ${index} is ${block3.cid}, not ${next ?? "the end"}`);
    }
    this.blocks.push(block3.bytes);
    refuseLarge(block3);
    this.expect(this.follow(index, block3.bytes));
  }
  /** Undefined when all are there. */
  get next() {
    return this.expected[this.blocks.length];
  }
  isNext(cid2) {
    return this.next?.toString() === cid2.toString();
  }
  /** Whether a block that was taken, or the asking, names it. */
  isLinked(cid2) {
    return this.known.has(cid2.toString());
  }
  /** Those taken so far, in order. */
  get taken() {
    return this.blocks.map((bytes, index) => ({ cid: this.expected[index], bytes }));
  }
  expect(cids) {
    this.expected.push(...cids);
    if (this.expected.length > this.bounds.heads + this.bounds.chunks) {
      throw new PackageError("CHUNKS", `an archive of more than ${this.bounds.chunks} chunks`);
    }
    for (const cid2 of cids) {
      const name = cid2.toString();
      if (this.known.has(name))
        throw new PackageError("BLOCK_TWICE", `block ${name} is linked to twice`);
      this.known.add(name);
    }
  }
  /** The root's. Throws `PackageError` before the header has arrived. */
  get cid() {
    const cid2 = this.expected[0];
    if (cid2 === void 0)
      throw new PackageError("BLOCK_MISSING", "the archive has no block");
    return cid2;
  }
  /** All blocks, once the last byte was pushed. Throws `PackageError` when some are missing. */
  finish() {
    this.car.end();
    if (this.blocks.length === this.expected.length && this.blocks.length > 0)
      return this.blocks;
    throw new PackageError("BLOCK_MISSING", `the archive ends after ${this.blocks.length} blocks`);
  }
};
function refuseLarge({ cid: cid2, bytes }) {
  if (cid2.codec !== "raw" || bytes.length <= CHUNK_BYTES)
    return;
  throw new PackageError("CHUNKS", `the chunk ${cid2} has ${bytes.length} bytes, at most ${CHUNK_BYTES}`);
}

// build/src/rounds/package-header.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/receipt.js
init_define_ORCAPOOL_PINS();
var RECEIPT = utf8("orcapool/receipt/1");
var APPOINTMENT = utf8("orcapool/receipt-key/1");
var SIGNATURE_BYTES = 64;
function appointmentMessage(taskId, nodeKey, { receiptKey, fromRound }) {
  return new ByteWriter(128).bytes(APPOINTMENT).bytes(taskId).bytes(nodeKey).bytes(receiptKey).u64(fromRound).finish();
}

// build/src/rounds/package-header.js
var MAX_RESERVE_BYTES = 100;
var MAX_BESIDE = 16;
function decodeHeader2(block3) {
  const value2 = decodeCbor(block3);
  const hasBeside = isMap(value2) && "beside" in value2;
  const fields = new Fields(value2, [
    ...hasBeside ? ["beside"] : [],
    ...["count", "format", "miners", "nodekey", "receipts", "records", "reserve", "round"],
    ...["seed", "tables", "task", "tier", "top", "total"]
  ]);
  if (fields.integer("format") !== BigInt(CLAIM_FORMAT)) {
    throw new PackageError("HEADER_VALUE", `package format ${fields.integer("format")} is unknown here`);
  }
  const reserveScript = fields.bytes("reserve", null);
  if (reserveScript.length === 0 || reserveScript.length > MAX_RESERVE_BYTES) {
    throw new PackageError("HEADER_VALUE", `a reserve script of ${reserveScript.length} bytes`);
  }
  const tables = fields.link("tables", "dag-cbor");
  const count = fields.integer("count");
  const miners = fields.integer("miners");
  if (count === 0n || miners === 0n || miners > 0xffffffffn || miners > count) {
    throw new PackageError("HEADER_VALUE", `${count} shares of ${miners} miners`);
  }
  const claim = {
    tier: tierOf(count),
    taskId: fields.bytes("task", 32),
    nodeKey: fields.bytes("nodekey", 32),
    round: fields.integer("round"),
    reserveHash: sha256(reserveScript),
    seed: fields.bytes("seed", 32),
    total: bigintFromLe(fields.bytes("total", 16)),
    count,
    miners: Number(miners),
    topRoot: fields.bytes("top", 32),
    tablesHash: tables.digest
  };
  if (fields.integer("tier") !== BigInt(tierNumber(claim.tier))) {
    throw new PackageError("TIER", `a claim of ${count} shares is ${claim.tier}`);
  }
  const records = fields.links("records");
  if (claim.tier === "sampled" && records.length > 0) {
    throw new PackageError("TIER", "a sampled claim has no records in its package");
  }
  const chunks = claim.tier === "full" ? Math.ceil(Number(count) * SHARE_RECORD_BYTES / CHUNK_BYTES) : 0;
  if (records.length !== chunks) {
    throw new PackageError("CHUNKS", `${records.length} chunks of records, not ${chunks}`);
  }
  const beside = hasBeside ? readBeside(fields.value("beside")) : [];
  const appointment = readAppointment(fields.value("receipts"));
  return { claim, reserveScript, appointment, beside, tables, records };
}
function readBeside(value2) {
  const headers = isArray(value2) ? value2 : [];
  if (headers.length === 0 || headers.length > MAX_BESIDE) {
    throw new PackageError("HEADER_VALUE", `beside is not a list of 1 to ${MAX_BESIDE} headers`);
  }
  let before = null;
  return headers.map((header2) => {
    if (!isBytes2(header2) || header2.length !== HEADER_BYTES3) {
      throw new PackageError("HEADER_FORM", `a header beside is not ${HEADER_BYTES3} bytes`);
    }
    const hash2 = sha256d(header2);
    if (before !== null && compareBytes(before, hash2) >= 0) {
      throw new PackageError("HEADER_VALUE", "the headers beside do not ascend by hash");
    }
    before = hash2;
    return header2;
  });
}
function readAppointment(value2) {
  if (value2 === null)
    return null;
  const fields = new Fields(value2, ["from", "key", "signature"]);
  return {
    receiptKey: fields.bytes("key", 32),
    fromRound: fields.integer("from"),
    signature: fields.bytes("signature", SIGNATURE_BYTES)
  };
}
function decodeTableLinks(block3) {
  const fields = new Fields(decodeCbor(block3), [...TABLE_NAMES].sort());
  const links = {};
  for (const name of TABLE_NAMES)
    links[name] = fields.links(name);
  return links;
}
function bindingOfHeader({ claim, reserveScript }) {
  const { taskId, nodeKey, round, seed } = claim;
  return { taskId, nodeKey, round, seed, reserveScript };
}
function isMap(value2) {
  return typeof value2 === "object" && value2 !== null && !isArray(value2) && !isBytes2(value2) && !(value2 instanceof Cid);
}
var Fields = class {
  map;
  /** `names`: in alphabetical order. Throws `PackageError` as all its methods do. */
  constructor(value2, names) {
    if (!isMap(value2) || Object.keys(value2).sort().join() !== names.join()) {
      throw new PackageError("HEADER_FORM", `a block is not a map of exactly ${names.join(", ")}`);
    }
    this.map = value2;
  }
  value(name) {
    return this.map[name];
  }
  wrong(name, wanted) {
    return new PackageError("HEADER_FORM", `${name} is not ${wanted}`);
  }
  integer(name) {
    const value2 = this.map[name];
    if (typeof value2 === "bigint")
      return value2;
    throw this.wrong(name, "an integer");
  }
  /** `length`: null for any. */
  bytes(name, length) {
    const value2 = this.map[name];
    if (isBytes2(value2) && (length === null || value2.length === length))
      return value2;
    throw this.wrong(name, length === null ? "bytes" : `${length} bytes`);
  }
  link(name, codec) {
    const value2 = this.map[name];
    if (value2 instanceof Cid && value2.codec === codec)
      return value2;
    throw this.wrong(name, `a link to a ${codec} block`);
  }
  /** Links to raw blocks. */
  links(name) {
    const value2 = this.map[name];
    if (!isArray(value2))
      throw this.wrong(name, "a list of links");
    return value2.map((link) => {
      if (link instanceof Cid && link.codec === "raw")
        return link;
      throw this.wrong(name, "a list of links to raw blocks");
    });
  }
};

// build/src/rounds/claim-package.js
var PackageOutline = class {
  header = null;
  links = null;
  /** Throws `PackageError`. */
  follow(bytes) {
    if (this.header === null) {
      this.header = decodeHeader2(bytes);
      return [this.header.tables];
    }
    if (this.links !== null)
      return [];
    const links = decodeTableLinks(bytes);
    this.links = links;
    return [...TABLE_NAMES.flatMap((name) => links[name]), ...this.header.records];
  }
};
var BOUNDS = { heads: 2, chunks: MAX_CHUNKS };
function packageBlocks(cid2) {
  const outline = new PackageOutline();
  return new LinkedBlocks(cid2, BOUNDS, (_, bytes) => outline.follow(bytes));
}
var PackageReader = class {
  linked;
  outline = new PackageOutline();
  /** `cid`: the package that was asked for; null to take any. */
  constructor(cid2) {
    this.linked = new LinkedBlocks(cid2, BOUNDS, (_, bytes) => this.outline.follow(bytes));
  }
  /** Throws `PackageError` at the first byte that no package of this CID has; the reader is of no use afterwards. */
  push(bytes) {
    this.linked.push(bytes);
  }
  /** The package, when its last byte was pushed. Throws `PackageError`. */
  finish() {
    const blocks = this.linked.finish();
    const header2 = this.outline.header;
    const links = this.outline.links;
    let at = 2;
    const stream = (cids) => {
      at += cids.length;
      return joinChunks(blocks.slice(at - cids.length, at));
    };
    const streams = {};
    for (const name of TABLE_NAMES)
      streams[name] = stream(links[name]);
    const tables = decodeTables(streams, header2.claim.count);
    refuseOtherSums(header2.claim, tables);
    refuseStrayHeaders(header2.beside, tables);
    const records = stream(header2.records);
    const wanted = header2.claim.tier === "full" ? Number(header2.claim.count) * SHARE_RECORD_BYTES : 0;
    if (records.length !== wanted) {
      throw new PackageError("RECORDS", `${records.length} bytes of records, not ${wanted}`);
    }
    return {
      cid: this.linked.cid,
      claim: header2.claim,
      root: claimRoot(header2.claim),
      binding: bindingOfHeader(header2),
      appointment: header2.appointment,
      beside: header2.beside,
      tables,
      records
    };
  }
};
function refuseStrayHeaders(beside, { templates }) {
  for (const header2 of beside) {
    const hash2 = sha256d(header2);
    if (templates.some(({ prevHash }) => equalBytes(prevHash, hash2)))
      continue;
    throw new PackageError("HEADER_VALUE", "a header beside is of a block that no template stands on");
  }
}
function refuseOtherSums(claim, { miners }) {
  const top = checkedTop(miners);
  const isClaims = miners.length === claim.miners && top.sum === claim.total && top.count === claim.count && equalBytes(top.hash, claim.topRoot);
  if (!isClaims)
    throw new PackageError("MINER_SUMS", "the miners' rows are not what the header sums up");
}
function checkedTop(miners) {
  try {
    return topOf(miners);
  } catch (error) {
    if (!(error instanceof SumError))
      throw error;
    throw new PackageError("MINER_SUMS", error.message, {}, error);
  }
}
function decodePackage(bytes, cid2) {
  const reader = new PackageReader(cid2);
  reader.push(bytes);
  return reader.finish();
}

// build/src/rounds/sample-proof.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/draws.js
init_define_ORCAPOOL_PINS();
var seedOf = taggedHash("orcapool/draws/1");

// build/src/rounds/pruned-trie.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/recount.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/share-set.js
init_define_ORCAPOOL_PINS();
var PAGE_BITS = 14;
var PAGE = 1 << PAGE_BITS;
var IN_PAGE = PAGE - 1;
var MAX_SHARES = 2 ** 31;

// build/src/rounds/sample-proof.js
var BOUNDS2 = { heads: 1, chunks: 8 };
function readHead(block3) {
  const fields = new Fields(decodeCbor(block3), ["beacon", "claim", "format", "openings", "records"]);
  if (fields.integer("format") !== BigInt(CLAIM_FORMAT)) {
    throw new PackageError("HEADER_VALUE", `proof format ${fields.integer("format")} is unknown here`);
  }
  return {
    root: fields.bytes("claim", 32),
    beacon: fields.bytes("beacon", 32),
    openings: fields.links("openings"),
    records: fields.links("records")
  };
}
function linksOf({ openings, records }) {
  return [...openings, ...records];
}
function streamsOf({ openings }, blocks) {
  const chunks = blocks.slice(1);
  return {
    openings: joinChunks(chunks.slice(0, openings.length)),
    records: joinChunks(chunks.slice(openings.length))
  };
}
function proofBlocks(cid2) {
  return new LinkedBlocks(cid2, BOUNDS2, (index, block3) => index === 0 ? linksOf(readHead(block3)) : []);
}
function refuseOtherThanProof(blocks) {
  streamsOf(readHead(blocks[0]), blocks);
}

// build/src/rounds/archive-gatherer.js
var TransferError = class extends CodedError {
};
var MAX_REPEATED_BYTES = MAX_BLOCK_BYTES;
var SECTION_HEAD_BYTES = 4 + CID_BYTES;
var MAX_ARCHIVE_BYTES = 59 + 2 * (SECTION_HEAD_BYTES + MAX_BLOCK_BYTES) + MAX_CHUNKS * (SECTION_HEAD_BYTES + CHUNK_BYTES) + MAX_REPEATED_BYTES;
var ArchiveGatherer = class {
  kind;
  cid;
  car = new CarReader();
  linked;
  /** Linked to, but not next in the archive's own order. */
  early = /* @__PURE__ */ new Map();
  had = /* @__PURE__ */ new Set();
  repeatedBytes = 0;
  constructor(kind, cid2) {
    this.kind = kind;
    this.cid = cid2;
    this.linked = kind === "package" ? packageBlocks(cid2) : proofBlocks(cid2);
  }
  /** Throws `TransferError` or `PackageError` at the first wrong block; `push` is of no use afterwards. */
  push(bytes) {
    const sent = this.car.read(bytes);
    while (!this.isWhole) {
      const block3 = this.nextSent(sent);
      if (block3 === null)
        return;
      this.take(block3);
    }
  }
  nextSent(sent) {
    try {
      const { value: value2 } = sent.next();
      if (this.car.rootCid !== null)
        this.linked.refuseOther(this.car.rootCid);
      return value2 ?? null;
    } catch (error) {
      if (!(error instanceof PackageError))
        throw error;
      throw new TransferError(error.code, error.message, {}, error);
    }
  }
  take(block3) {
    const name = block3.cid.toString();
    if (!this.linked.isLinked(block3.cid)) {
      throw new TransferError("BLOCK_UNEXPECTED", `nothing sent before links to the block ${name}`);
    }
    if (this.had.has(name)) {
      this.repeatedBytes += SECTION_HEAD_BYTES + block3.bytes.length;
      if (this.repeatedBytes <= MAX_REPEATED_BYTES)
        return;
      throw new TransferError("BLOCK_REPEATED", `more than ${MAX_REPEATED_BYTES} bytes are sent twice`);
    }
    this.had.add(name);
    this.early.set(name, block3);
    refuseLarge(block3);
    for (let next = this.nextBlock(); next !== void 0; next = this.nextBlock()) {
      this.early.delete(next.cid.toString());
      this.linked.take(next);
    }
  }
  nextBlock() {
    const { next } = this.linked;
    return next && this.early.get(next.toString());
  }
  /** What comes behind it does not matter. */
  get isWhole() {
    return this.had.size > 0 && this.linked.next === void 0;
  }
  /**
   * The archive in its own order, read through. Throws `TransferError` when blocks are missing, `PackageError` when they
   * are all there and make no package or proof.
   */
  finish() {
    if (!this.isWhole) {
      throw new TransferError("BLOCK_MISSING", `it ends after ${this.had.size} blocks, and more are linked to`);
    }
    const bytes = encodeCar(this.linked.taken);
    if (this.kind === "package")
      decodePackage(bytes, this.cid);
    else
      refuseOtherThanProof(this.linked.taken.map((block3) => block3.bytes));
    return bytes;
  }
  /** An archive of the blocks so far. After a `PackageError` it shows anybody what that said; it is none that is accepted. */
  get broken() {
    return encodeCar([...this.linked.taken, ...this.early.values()]);
  }
};

// build/src/rounds/built-claim.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/membership-proof.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/claim-draft.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/row-book.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/claim-draft.js
var RECORDS_KEPT = 2 * FULL_TIER_SHARES;

// build/src/rounds/local-round-clock.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/round-facts.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/round-schedule.js
init_define_ORCAPOOL_PINS();
var GRACE_PART = 1 / 20;

// build/src/rounds/share-interval.js
init_define_ORCAPOOL_PINS();

// build/src/rounds/submission.js
init_define_ORCAPOOL_PINS();
var SubmissionError = class extends CodedError {
};
var MAX_SUBMISSION_BYTES = 512;
var NAME = "orc1";
var NONE = "-";
var MAX_U32 = 0xffffffffn;
var BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
function hashText(hash2) {
  let text = "";
  for (let i = 0; i < 32; i += 3) {
    const three = hash2[i] << 16 | (hash2[i + 1] ?? 0) << 8 | (hash2[i + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6)
      text += BASE64URL[three >> shift & 63];
  }
  return text.slice(0, 43);
}
function encodeSubmission(submission) {
  const proof = submission.proofCid?.toString() ?? NONE;
  const store = submission.storeCid === null ? [] : [submission.storeCid];
  if (submission.kind === "idle")
    return [NAME, submission.round, "idle", proof, ...store].join("|");
  const { round, root, work, count, miners, tipHeight, tipHash, packageCid, stake } = submission;
  const figures = [work, count, miners, tipHeight];
  const cids = [packageCid, proof];
  return [NAME, round, hashText(root), ...figures, hashText(tipHash), ...cids, stake, ...store].join("|");
}
function decodeSubmission(text) {
  if (text.length > MAX_SUBMISSION_BYTES) {
    throw new SubmissionError("SUBMISSION_TOO_LONG", `a submission has at most ${MAX_SUBMISSION_BYTES} bytes`);
  }
  const [name, round = "", ...fields] = text.split("|");
  const isIdle = fields[0] === "idle";
  const least = isIdle ? 2 : 9;
  if (name !== NAME || fields.length < least || fields.length > least + 1) {
    throw new SubmissionError("SUBMISSION_FORM", `not a submission of this format: "${text.slice(0, 80)}"`);
  }
  const storeCid = readStoreCid(fields[least]);
  if (isIdle) {
    const read = { round: number("round", round, 0n, MAX_U64), proofCid: proofCid(fields[1]) };
    return { kind: "idle", ...read, storeCid };
  }
  const [root, work, count, miners, tipHeight, tipHash, packageCid, proof, stake] = fields;
  return {
    kind: "claim",
    round: number("round", round, 0n, MAX_U64),
    root: hash("root", root),
    work: number("work", work, 1n, MAX_U128),
    count: number("count", count, 1n, MAX_U64),
    miners: Number(number("miners", miners, 1n, MAX_U32)),
    tipHeight: Number(number("tip_height", tipHeight, 0n, MAX_U32)),
    tipHash: hash("tip_hash", tipHash),
    packageCid: cid("package_cid", packageCid),
    proofCid: proofCid(proof),
    stake: number("stake", stake, 0n, MAX_U64),
    storeCid
  };
}
function readStoreCid(text) {
  if (text === void 0)
    return null;
  if (/^b[a-z2-7]{58}$/.test(text))
    return text;
  throw wrong("store_cid", text, "a CID in base32");
}
function wrong(field, text, wanted) {
  return new SubmissionError("SUBMISSION_FIELD", `${field} is ${wanted}, not "${text.slice(0, 80)}"`, {
    field
  });
}
function number(field, text, least, most) {
  if (!/^(?:0|[1-9][0-9]{0,38})$/.test(text))
    throw wrong(field, text, "a decimal number");
  const value2 = BigInt(text);
  if (value2 >= least && value2 <= most)
    return value2;
  throw wrong(field, text, `from ${least} to ${most}`);
}
function hash(field, text) {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text))
    throw wrong(field, text, "43 characters of base64url");
  const bytes = new Uint8Array(33);
  for (let i = 0; i < 11; i++) {
    let three = 0;
    for (let k = 0; k < 4; k++)
      three = three << 6 | Math.max(0, BASE64URL.indexOf(text[4 * i + k] ?? "A"));
    bytes.set([three >> 16, three >> 8 & 255, three & 255], 3 * i);
  }
  if (bytes[32] !== 0)
    throw wrong(field, text, "a hash whose last character has no spare bits");
  return bytes.slice(0, 32);
}
function cid(field, text) {
  let parsed;
  try {
    parsed = Cid.parse(text);
  } catch (error) {
    throw new SubmissionError("SUBMISSION_FIELD", `${field} is no CID: "${text.slice(0, 80)}"`, { field }, error);
  }
  if (parsed.codec === "dag-cbor")
    return parsed;
  throw wrong(field, text, "the CID of a dag-cbor block");
}
function proofCid(text) {
  return text === NONE ? null : cid("proof_cid", text);
}

// build/orca/task/src/pool/round-plan.js
init_define_ORCAPOOL_PINS();
function slotsOfRound(round, task) {
  const startSlot = task.starting_slot + round * task.round_time;
  const endSlot = startSlot + task.round_time - 1;
  const submissionDeadlineSlot = endSlot + task.submission_window;
  return {
    startSlot,
    endSlot,
    submissionDeadlineSlot,
    auditDeadlineSlot: submissionDeadlineSlot + task.audit_window
  };
}
function beaconSlot({ submissionDeadlineSlot }) {
  return submissionDeadlineSlot + 32;
}
function auditSlot({ submissionDeadlineSlot, auditDeadlineSlot }, part) {
  return submissionDeadlineSlot + Math.floor(part * (auditDeadlineSlot - submissionDeadlineSlot));
}

// build/orca/task/src/pool/round-teller.js
var RoundTellerError = class extends CodedError {
};
var BEACON_ROUNDS = 3;
var RoundTeller = class {
  node;
  k2;
  container;
  key;
  taskId;
  pins;
  seeds = /* @__PURE__ */ new Map();
  beacons = /* @__PURE__ */ new Map();
  /** Hex. */
  receiptKey = null;
  constructor(node2, k2, container, key, taskId, pins) {
    this.node = node2;
    this.k2 = k2;
    this.container = container;
    this.key = key;
    this.taskId = taskId;
    this.pins = pins;
  }
  /** Throws `RoundTellerError`, and what node, K2 and container throw. */
  async tell(round) {
    const facts = await this.facts(round);
    const receiptKey = await this.container.tell(round, { ...facts, appointment: this.appointment(round) });
    if (receiptKey === this.receiptKey)
      return;
    this.receiptKey = receiptKey;
    await this.container.tell(round, { ...facts, appointment: this.appointment(round) });
  }
  /** Hex. Throws as `tell` does. */
  async seed(round) {
    const task = await this.node.taskState({ stakes: false });
    return toHex((await this.seedBlock(round, slotsOfRound(round, task))).blockhash);
  }
  /** Base58; null while it is not known. Throws as `tell` does. */
  async beacon(round) {
    if (round < 0)
      return null;
    const task = await this.node.taskState({ stakes: false });
    const found = await this.beaconBlock(round, slotsOfRound(round, task), await this.node.slot());
    return found && base58.encode(found);
  }
  async facts(round) {
    const task = await this.node.taskState({ stakes: false });
    const slots = slotsOfRound(round, task);
    const seed = await this.seedBlock(round, slots);
    const slotNow = await this.node.slot();
    const beacons = [];
    for (let earlier = Math.max(0, round - BEACON_ROUNDS); earlier < round; earlier++) {
      const blockhash = await this.beaconBlock(earlier, slotsOfRound(earlier, task), slotNow);
      if (blockhash !== null)
        beacons.push({ round: earlier, blockhash: base58.encode(blockhash) });
    }
    const { reserveEpochs, lineage } = this.pins;
    return {
      ...{ taskId: this.taskId, nodeKey: this.key.address, round },
      ...{ seed: toHex(seed.blockhash), seedSlot: seed.slot },
      ...slots,
      ...{ slotNow, slotMs: await this.node.averageSlotMs() },
      ...{ reserveEpochs, beacons, lineage }
    };
  }
  async seedBlock(round, { startSlot }) {
    const known = this.seeds.get(round);
    if (known !== void 0)
      return known;
    const block3 = await this.k2.firstBlockFrom(startSlot);
    if (block3 === null) {
      throw new RoundTellerError("SEED_UNKNOWN", `K2 has no finalized block of round ${round} yet`, {
        round
      });
    }
    this.seeds.set(round, block3);
    return block3;
  }
  async beaconBlock(round, slots, slotNow) {
    const known = this.beacons.get(round);
    if (known !== void 0)
      return known;
    const slot = beaconSlot(slots);
    const block3 = slot > slotNow ? null : await this.k2.firstBlockFrom(slot);
    if (block3 === null)
      return null;
    this.beacons.set(round, block3.blockhash);
    return block3.blockhash;
  }
  /** From the round itself on, so that it holds for the package of whichever round it is told with. */
  appointment(round) {
    if (this.receiptKey === null)
      return null;
    const receiptKey = fromHex(this.receiptKey);
    const told = { receiptKey, fromRound: BigInt(round) };
    const message2 = appointmentMessage(base58.decode(this.taskId), this.key.publicKey, told);
    return { receiptKey: this.receiptKey, fromRound: round, signature: toHex(this.key.sign(message2)) };
  }
};

// build/orca/task/src/pool/shared-folder.js
init_define_ORCAPOOL_PINS();
var import_promises = require("node:fs/promises");
var import_node_path = require("node:path");
var SharedFolderError = class extends CodedError {
};
var SharedFolder = class {
  folder;
  constructor(basePath) {
    this.folder = (0, import_node_path.join)(basePath, "orca", "data");
  }
  /** The container's package of a round, or its proof of draws. Throws `SharedFolderError` and the system's errors. */
  async own(round, kind, cid2) {
    const name = kind === "package" ? `${round}.car` : `${round}.draws.car`;
    const bytes = new Uint8Array(await (0, import_promises.readFile)((0, import_node_path.join)(this.folder, "claims", name)));
    if (rootOfCar(bytes).toString() === cid2.toString())
      return bytes;
    throw new SharedFolderError("PACKAGE_OTHER", `claims/${name} is not the archive of ${cid2}`);
  }
  /** Whether an archive to audit lies there already. */
  async has(cid2) {
    try {
      await (0, import_promises.stat)(this.toAudit(cid2));
      return true;
    } catch (error) {
      if (errorCode(error) === "ENOENT")
        return false;
      throw error;
    }
  }
  /** Where the container looks for what it audits; it never sees half of one. */
  async put(cid2, bytes) {
    await (0, import_promises.mkdir)((0, import_node_path.join)(this.folder, "packages"), { recursive: true });
    const draft = `${this.toAudit(cid2)}.${process.pid}`;
    await (0, import_promises.writeFile)(draft, bytes);
    await (0, import_promises.rename)(draft, this.toAudit(cid2));
  }
  toAudit(cid2) {
    return (0, import_node_path.join)(this.folder, "packages", `${cid2}.car`);
  }
};

// build/orca/task/src/pool-task.js
init_define_ORCAPOOL_PINS();

// build/orca/task/src/koii/list-author.js
init_define_ORCAPOOL_PINS();
var import_node_crypto2 = require("node:crypto");
function listAuthor({ round, infos, distribution, isPreviousFailed }) {
  const own = infos[0]?.submissions[round];
  if (own === void 0)
    return null;
  const failed = distribution?.distributions_audit_record?.[round] === "PayoutFailed" ? Object.keys(distribution.distribution_rewards_submission[round] ?? {}) : [];
  const steady = Object.keys(own).filter((key) => infos.every((info, back) => info?.submissions[round - back]?.[key] !== void 0));
  const keys = (steady.length > 0 ? steady : Object.keys(own)).filter((key) => !failed.includes(key));
  const whole = lettersOf(keys.map((key) => own[key]));
  const scored = keys.map((key) => [
    key,
    Math.abs(whole - lettersOf({ [key]: own[key] }))
  ]);
  return isPreviousFailed ? secondFarthest(scored) : farthest(scored);
}
function lettersOf(value2) {
  const hash2 = (0, import_node_crypto2.createHash)("sha256").update(JSON.stringify(value2)).digest("hex");
  return [...hash2].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
}
function farthest(scored) {
  let [author, best] = [null, 0];
  for (const [key, score] of scored)
    if (score > best)
      [author, best] = [key, score];
  return author;
}
function secondFarthest(scored) {
  let [author, best, second] = [null, -1, -1];
  for (const [key, score] of scored) {
    if (score > best)
      [second, best] = [best, score];
    else if (score > second)
      [author, second] = [key, score];
  }
  return author;
}

// build/orca/task/src/koii/list-rules.js
init_define_ORCAPOOL_PINS();
function keptToRules(list, submitters, bounty) {
  const amounts = Object.values(list);
  const isComplete = submitters.every((key) => key in list);
  const isWhole = amounts.every(Number.isSafeInteger);
  const isCovered = amounts.reduce((sum, amount) => sum + amount, 0) <= bounty;
  if (isComplete && isWhole && isCovered)
    return list;
  return Object.fromEntries(submitters.map((key) => [key, 0]));
}
function isSameList(one, other) {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

// build/orca/task/src/pool/archive-fetch.js
init_define_ORCAPOOL_PINS();
var ArchiveFetch = class {
  storage;
  folder;
  budget;
  /** `budget`: bytes that may be fetched altogether. */
  constructor(storage, folder, budget) {
    this.storage = storage;
    this.folder = folder;
    this.budget = budget;
  }
  /** Whether it lies there now. Throws the system's errors. */
  async bring({ kind, cid: cid2, storeCid }) {
    if (await this.folder.has(cid2))
      return true;
    const most = Math.min(MAX_ARCHIVE_BYTES, this.budget);
    if (storeCid === null || most <= 0)
      return false;
    for await (const copy of this.storage.copies(storeCid, `${cid2}.car`, most)) {
      this.budget -= copy.length;
      const archive = gathered(kind, cid2, copy);
      if (archive === null)
        continue;
      await this.folder.put(cid2, archive);
      return true;
    }
    return false;
  }
};
function gathered(kind, cid2, bytes) {
  const gatherer = new ArchiveGatherer(kind, cid2);
  try {
    gatherer.push(bytes);
    return gatherer.finish();
  } catch (error) {
    if (error instanceof TransferError)
      return null;
    if (error instanceof PackageError)
      return gatherer.broken;
    throw error;
  }
}

// build/orca/task/src/pool/list-of-round.js
init_define_ORCAPOOL_PINS();

// build/src/rewards/index.js
init_define_ORCAPOOL_PINS();

// build/src/rewards/counted-votes.js
init_define_ORCAPOOL_PINS();
function countVotes(submitter, trigger) {
  const saidTrue = /* @__PURE__ */ new Set();
  const saidFalse = /* @__PURE__ */ new Set();
  if (trigger !== null) {
    for (const { voter, isValid } of trigger.votes)
      (isValid ? saidTrue : saidFalse).add(voter);
    if (!saidTrue.has(trigger.triggeredBy))
      saidFalse.add(trigger.triggeredBy);
  }
  const counts = (one, other) => [...one].filter((voter) => voter !== submitter && !other.has(voter)).length;
  return { valid: counts(saidTrue, saidFalse), invalid: counts(saidFalse, saidTrue) };
}
function stands({ valid, invalid }) {
  return invalid === 0 || valid > invalid;
}
var SLASH_VOTERS = 3;
function isSlashed({ valid, invalid }) {
  return invalid >= SLASH_VOTERS && 3 * invalid > 2 * (valid + invalid);
}

// build/src/rewards/distribution-list.js
init_define_ORCAPOOL_PINS();
var HASHES_PER_ROE = 2n ** 30n;
function distributionList({ bounty, submissions, before }) {
  const earlier = new Map(before.map((submission) => [submission.key, submission]));
  const weights = submissions.map((submission) => weightOf(submission, earlier.get(submission.key) ?? null));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  const entries = submissions.map((submission, i) => {
    const slash = slashOf(submission);
    if (slash > 0n)
      return [submission.key, -slash];
    return [submission.key, total === 0n ? 0n : bounty * weights[i] / total];
  });
  return new Map(entries.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
}
function weightOf(submission, before) {
  if (!isStanding(submission))
    return 0n;
  const own = submission.claim?.tier === "full" ? cappedWork(submission) : 0n;
  const isProven = submission.hasProof && before !== null && before.claim?.tier === "sampled" && isStanding(before);
  return own + (isProven ? cappedWork(before) : 0n);
}
function isStanding({ key, trigger }) {
  return stands(countVotes(key, trigger));
}
function cappedWork({ claim }) {
  if (claim === null)
    return 0n;
  const most = claim.stake * HASHES_PER_ROE;
  return claim.work < most ? claim.work : most;
}
function slashOf({ key, claim, trigger }) {
  if (claim === null || !isSlashed(countVotes(key, trigger)))
    return 0n;
  return claim.stake * 7n / 10n;
}

// build/orca/task/src/pool/read-submission.js
init_define_ORCAPOOL_PINS();
function readSubmission({ submission_value }, round) {
  try {
    const submission = decodeSubmission(submission_value.replace(/ +$/, ""));
    return submission.round === BigInt(round) ? submission : null;
  } catch (error) {
    if (error instanceof SubmissionError)
      return null;
    throw error;
  }
}
function submissionOf(info, round, key) {
  return info?.submissions[round]?.[key] ?? null;
}

// build/orca/task/src/pool/list-of-round.js
async function listOfRound(node2, round) {
  const submissions = votedSubmissions(await node2.submissionInfo(round), round);
  if (submissions.length === 0)
    return null;
  const before = round === 0 ? [] : votedSubmissions(await node2.submissionInfo(round - 1), round - 1);
  const { bounty_amount_per_round: bounty } = await node2.taskState({ stakes: false });
  const list = distributionList({ bounty: BigInt(bounty), submissions, before });
  const amounts = Object.fromEntries([...list].map(([key, amount]) => [key, Number(amount)]));
  return keptToRules(amounts, submissions.map(({ key }) => key), bounty);
}
function votedSubmissions(info, round) {
  const triggers = info?.submissions_audit_trigger[round] ?? {};
  return Object.entries(info?.submissions[round] ?? {}).map(([key, onChain]) => {
    const submission = readSubmission(onChain, round);
    const claim = submission?.kind === "claim" ? { work: submission.work, stake: submission.stake, tier: tierOf(submission.count) } : null;
    const hasProof = submission !== null && submission.proofCid !== null;
    return { key, claim, hasProof, trigger: triggerOf(triggers[key]) };
  });
}
function triggerOf(trigger) {
  if (trigger === void 0)
    return null;
  const votes = trigger.votes.map(({ voter, is_valid }) => ({ voter, isValid: is_valid }));
  return { triggeredBy: trigger.trigger_by, votes };
}

// build/orca/task/src/pool/round-audit.js
init_define_ORCAPOOL_PINS();
var LOOKED_AGAIN = [0.6, 0.9];
var LATE = 0.9;
var POLL_PART = 0.01;
var POLL_MS = { least: 200, most: 15e3 };
var RoundAudit = class {
  round;
  deps;
  /** By submitter. */
  verdicts = /* @__PURE__ */ new Map();
  voted = /* @__PURE__ */ new Set();
  constructor(round, deps) {
    this.round = round;
    this.deps = deps;
  }
  /** Ends with the audit window, or when nothing is left to do in it. Throws `KoiiNodeError`. */
  async run() {
    const { node: node2, timers, teller, problem } = this.deps;
    const task = await node2.taskState({ stakes: true });
    const slots = slotsOfRound(this.round, task);
    const pollMs = pollOf(task, await node2.averageSlotMs());
    const pending = new Set(await this.subjects());
    const again = LOOKED_AGAIN.map((part) => auditSlot(slots, part));
    for (; ; ) {
      for (const round of [this.round - 1, this.round]) {
        if (round >= 0)
          await teller.tell(round).catch((error) => problem(errorMessage(error)));
      }
      for (const subject of pending) {
        const slot2 = await node2.slot();
        if (slot2 > slots.auditDeadlineSlot)
          return;
        if (await this.judge(subject, task, slots, slot2))
          pending.delete(subject);
      }
      const slot = await node2.slot();
      if (slot > slots.auditDeadlineSlot)
        return;
      const isDue = again[0] !== void 0 && slot >= again[0];
      while (again[0] !== void 0 && slot >= again[0])
        again.shift();
      await this.voteOnAll(isDue);
      const isOver = again.length === 0 || this.verdicts.size === 0;
      if (isOver && pending.size === 0 && this.owed === 0)
        return;
      await sleep(timers, pollMs);
    }
  }
  /** Those of other nodes, the largest stated work first; what cannot be read costs nothing and is looked at first. */
  async subjects() {
    const { node: node2, address } = this.deps;
    const { round } = this;
    const info = await node2.submissionInfo(round);
    const earlier = round === 0 ? null : await node2.submissionInfo(round - 1);
    const all = Object.entries(info?.submissions[round] ?? {}).filter(([key]) => key !== address).map(([key, onChain]) => {
      const submission = readSubmission(onChain, round);
      return { key, onChain, submission, before: beforeOf(earlier, round - 1, key, submission) };
    });
    const work = ({ submission }) => submission?.kind === "claim" ? submission.work : 1n << 128n;
    return all.sort((a, b) => work(a) > work(b) ? -1 : work(a) < work(b) ? 1 : 0);
  }
  /** Whether there is a verdict. */
  async judge(subject, task, slots, slot) {
    const { container, archives, problem } = this.deps;
    try {
      let isThere = true;
      for (const wanted of wantedOf(subject))
        isThere = await archives.bring(wanted) && isThere;
      if (!isThere && slot < auditSlot(slots, LATE))
        return false;
      const verdict = await container.audit(await this.wish(subject, task, slots));
      if (verdict === null)
        return false;
      this.verdicts.set(subject.key, verdict);
      await this.vote(subject.key, verdict);
      return true;
    } catch (error) {
      problem(`the submission of ${subject.key} for round ${this.round}: ${errorMessage(error)}`);
      return this.verdicts.has(subject.key);
    }
  }
  async wish({ key, onChain, before }, task, slots) {
    const { teller } = this.deps;
    const told = (submission, { submissionDeadlineSlot }) => ({
      submission: submission.submission_value,
      submissionSlot: submission.slot,
      deadlineSlot: submissionDeadlineSlot,
      stake: task.stake_list[key] ?? 0
    });
    return {
      ...told(onChain, slots),
      ...{ submitter: key, round: this.round },
      ...{ seed: await teller.seed(this.round), beacon: await teller.beacon(this.round - 1) },
      before: before && told(before.onChain, slotsOfRound(this.round - 1, task))
    };
  }
  get owed() {
    return [...this.verdicts].filter(([key, isValid]) => !isValid && !this.voted.has(key)).length;
  }
  /** False votes that did not get through; and true ones, where it is time to look who is doubted. */
  async voteOnAll(isDue) {
    for (const [key, isValid] of this.verdicts) {
      if (this.voted.has(key) || isValid && !isDue)
        continue;
      await this.vote(key, isValid).catch((error) => this.deps.problem(errorMessage(error)));
    }
  }
  async vote(key, isValid) {
    const { node: node2, address } = this.deps;
    const info = await node2.submissionInfo(this.round);
    const trigger = info?.submissions_audit_trigger[this.round]?.[key];
    if (isValid && trigger === void 0)
      return;
    const voters = trigger === void 0 ? [] : [trigger.trigger_by, ...trigger.votes.map(({ voter }) => voter)];
    if (!voters.includes(address))
      await node2.vote(key, isValid, this.round);
    this.voted.add(key);
  }
};
function pollOf({ audit_window }, slotMs) {
  return Math.min(POLL_MS.most, Math.max(POLL_MS.least, POLL_PART * audit_window * slotMs));
}
function beforeOf(info, round, key, submission) {
  const onChain = submissionOf(info, round, key);
  const earlier = onChain && readSubmission(onChain, round);
  if (onChain === null || earlier?.kind !== "claim")
    return null;
  const isSampled = tierOf(earlier.count) === "sampled";
  return isSampled || (submission?.proofCid ?? null) !== null ? { onChain, submission: earlier } : null;
}
function wantedOf({ submission, before }) {
  if (submission === null)
    return [];
  const { storeCid, proofCid: proofCid2 } = submission;
  const wanted = [];
  if (submission.kind === "claim")
    wanted.push({ kind: "package", cid: submission.packageCid, storeCid });
  if (proofCid2 !== null)
    wanted.push({ kind: "proof", cid: proofCid2, storeCid });
  if (before?.submission.kind === "claim") {
    wanted.push({ kind: "package", cid: before.submission.packageCid, storeCid: before.submission.storeCid });
  }
  return wanted;
}

// build/orca/task/src/pool/submitter.js
init_define_ORCAPOOL_PINS();
var SubmitterError = class extends CodedError {
};
var RESERVED_PART = 0.1;
var RETRY_MS2 = 1e3;
var Submitter = class {
  node;
  container;
  teller;
  folder;
  storage;
  key;
  timers;
  constructor(node2, container, teller, folder, storage, key, timers) {
    this.node = node2;
    this.container = container;
    this.teller = teller;
    this.folder = folder;
    this.storage = storage;
    this.key = key;
    this.timers = timers;
  }
  /** Throws what keeps this node from claiming; `idleSubmission` says what to submit then. */
  async submissionOf(round) {
    const claim = await this.claim(round);
    const proofCid2 = await this.proofOf(round - 1);
    const archives = [];
    const packageCid = claim === null ? null : Cid.parse(claim.package_cid);
    if (packageCid !== null) {
      archives.push({
        name: `${packageCid}.car`,
        bytes: await this.folder.own(round, "package", packageCid)
      });
    }
    if (proofCid2 !== null) {
      archives.push({ name: `${proofCid2}.car`, bytes: await this.folder.own(round - 1, "draws", proofCid2) });
    }
    const storeCid = archives.length === 0 ? null : await this.storage.upload(archives, this.key);
    if (claim === null || packageCid === null) {
      return encodeSubmission({ kind: "idle", round: BigInt(round), proofCid: proofCid2, storeCid });
    }
    return encodeSubmission(await this.claiming(round, claim, { packageCid, proofCid: proofCid2, storeCid }));
  }
  async claiming(round, claim, cids) {
    const { stake_list } = await this.node.taskState({ stakes: true });
    return {
      kind: "claim",
      round: BigInt(round),
      root: new Uint8Array(Buffer.from(claim.root, "base64url")),
      work: BigInt(claim.work),
      count: BigInt(claim.count),
      miners: claim.miners,
      tipHeight: claim.tip_height,
      tipHash: fromDisplayHex(claim.tip_hash),
      ...cids,
      stake: BigInt(stake_list[this.key.address] ?? 0)
    };
  }
  /** Waits until the container has closed the round, which it does a little after the round's end. */
  async claim(round) {
    const task = await this.node.taskState({ stakes: false });
    const { submissionDeadlineSlot } = slotsOfRound(round, task);
    const lastSlot = submissionDeadlineSlot - Math.ceil(RESERVED_PART * task.submission_window);
    for (; ; ) {
      await this.teller.tell(round);
      const claim = await this.container.claim(round);
      if (claim !== void 0)
        return claim;
      if (await this.node.slot() > lastSlot) {
        throw new SubmitterError("CLAIM_LATE", `the container has not closed round ${round} within its window`);
      }
      await sleep(this.timers, RETRY_MS2);
    }
  }
  /** The proof that this key owes for a sampled claim of that round; null where it owes none. */
  async proofOf(round) {
    if (round < 0)
      return null;
    const claimed = submissionOf(await this.node.submissionInfo(round), round, this.key.address);
    const earlier = claimed && readSubmission(claimed, round);
    if (earlier?.kind !== "claim" || tierOf(earlier.count) === "full")
      return null;
    const cid2 = await this.container.draws(round);
    return cid2 === null ? null : Cid.parse(cid2);
  }
};
function idleSubmission(round) {
  return encodeSubmission({ kind: "idle", round: BigInt(round), proofCid: null, storeCid: null });
}

// build/orca/task/src/pool-task.js
var AUDIT_BUDGET = 12 * MAX_ARCHIVE_BYTES;
var MINUTE_MS = 6e4;
var SEED_RETRY_MS = 1e3;
var SEED_TRIES = 60;
var PAYOUT_POLL_MS = 1e3;
var PoolTask = class {
  deps;
  submitter;
  stopTelling = () => {
  };
  constructor(deps) {
    this.deps = deps;
    const { node: node2, container, teller, folder, storage, key, timers } = deps;
    this.submitter = new Submitter(node2, container, teller, folder, storage, key, timers);
  }
  /** A round begins: the container is told of it at once and each minute, for its clock to be K2's. */
  task(round) {
    const { teller, timers, status } = this.deps;
    status.round = round;
    this.stopTelling();
    this.stopTelling = timers.every(MINUTE_MS, () => {
      void this.doing("telling the container", () => teller.tell(round));
    });
    return this.doing(`round ${round}`, async () => {
      for (let tries = 1; ; tries++) {
        try {
          return await teller.tell(round);
        } catch (error) {
          if (tries === SEED_TRIES || status.round !== round)
            throw error;
          await sleep(timers, SEED_RETRY_MS);
        }
      }
    });
  }
  async submission(round) {
    const { node: node2, status } = this.deps;
    let submission = idleSubmission(round);
    await this.doing(`claiming round ${round}`, async () => {
      submission = await this.submitter.submissionOf(round);
    });
    await this.doing(`submitting round ${round}`, () => node2.submit(submission, round));
    status.note(round, { submission });
  }
  audit(round) {
    const { node: node2, container, teller, folder, storage, key, status, timers } = this.deps;
    const archives = new ArchiveFetch(storage, folder, AUDIT_BUDGET);
    const problem = (what) => status.problem(what);
    const audit = new RoundAudit(round, {
      ...{ node: node2, container, teller, archives, timers, problem },
      address: key.address
    });
    return this.doing(`auditing round ${round}`, async () => {
      await audit.run();
      status.note(round, { verdicts: Object.fromEntries(audit.verdicts) });
    });
  }
  /** Publishes the list where Koii's choice is this node, and asks for the payout once it can be no more audited. */
  distribution(round, isPreviousFailed) {
    const { node: node2, key, status, timers } = this.deps;
    return this.doing(`the list of round ${round}`, async () => {
      const rounds = [round, round - 1, round - 2].filter((each) => each >= 0);
      const infos = await Promise.all(rounds.map((each) => node2.submissionInfo(each)));
      const distribution = await node2.distributionInfo(round);
      if (listAuthor({ round, infos, distribution, isPreviousFailed }) !== key.address)
        return;
      const list = await listOfRound(node2, round);
      if (list === null || !await node2.uploadList(list, round))
        return;
      await node2.submitList(round);
      status.note(round, { list });
      const { audit_window, submission_window } = await node2.taskState({ stakes: false });
      const payoutSlot = await node2.slot() + audit_window + submission_window;
      while (await node2.slot() < payoutSlot)
        await sleep(timers, PAYOUT_POLL_MS);
      await node2.payOut(round);
    });
  }
  /** Each published list is made again and has to be the same. */
  auditDistribution(round) {
    const { node: node2, key, status } = this.deps;
    return this.doing(`auditing the list of round ${round}`, async () => {
      const own = await listOfRound(node2, round);
      const info = await node2.distributionInfo(round);
      if (own === null || info === null)
        return;
      status.note(round, { list: own });
      for (const author of Object.keys(info.distribution_rewards_submission[round] ?? {})) {
        if (author === key.address)
          continue;
        const theirs = await node2.list(author, round);
        const isValid = theirs !== null && isSameList(own, theirs);
        const isDoubted = info.distributions_audit_trigger[round]?.[author] !== void 0;
        if (!isValid || isDoubted)
          await node2.voteOnList(author, isValid, round);
      }
    });
  }
  stop() {
    this.stopTelling();
  }
  async doing(what, work) {
    try {
      await work();
    } catch (error) {
      this.deps.status.problem(`${what}: ${errorMessage(error)}`);
    }
  }
};

// build/orca/task/src/status-server.js
init_define_ORCAPOOL_PINS();
var import_node_http = require("node:http");
function serveRoutes(routes, port) {
  const server = (0, import_node_http.createServer)((request, response) => {
    const route = request.method === "GET" ? routes[new URL(request.url ?? "/", "http://task").pathname] : void 0;
    const answer = (status, body) => {
      response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
      response.end(JSON.stringify(body));
    };
    if (route === void 0)
      answer(404, { error: `there are ${Object.keys(routes).join(", ")}` });
    else
      route().then((body) => answer(200, body), (error) => answer(503, { error: errorMessage(error) }));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

// build/orca/task/src/storage/koii-storage.js
init_define_ORCAPOOL_PINS();
var import_node_crypto3 = require("node:crypto");
var KoiiStorageError = class extends CodedError {
};
var PATIENCE_MS4 = 6e4;
var KoiiStorage = class {
  places;
  constructor(places) {
    this.places = places;
  }
  /** The first node that takes them decides; resolves to the folder's CID. Throws `KoiiStorageError`. */
  async upload(files, key) {
    const digest3 = utf8((0, import_node_crypto3.createHash)("sha256").update(concatBytes(...files.map(({ bytes }) => bytes))).digest("hex"));
    const signature = base58.encode(concatBytes(key.sign(digest3), digest3));
    const failures = [];
    for (const node2 of this.places.nodes) {
      const form = new FormData();
      for (const { name, bytes } of files)
        form.append("files", new Blob([new Uint8Array(bytes)]), name);
      form.append("signature", signature);
      form.append("stakingWalletPubkey", key.address);
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS4);
        const response = await fetch(this.at(node2, "add"), { method: "POST", body: form, signal });
        if (!response.ok) {
          failures.push(`${response.status} ${(await response.text()).slice(0, 200)}`);
          continue;
        }
        const { cid: cid2 } = await response.json();
        if (typeof cid2 === "string")
          return cid2;
        failures.push("an answer without a CID");
      } catch (error) {
        failures.push(errorMessage(error));
      }
    }
    throw new KoiiStorageError("STORAGE_UPLOAD", `no storage node took the files: ${failures.join("; ")}`);
  }
  /** What each node has under that name, one after the other; none above `mostBytes`. */
  async *copies(folder, name, mostBytes) {
    for (const node2 of this.places.nodes) {
      let bytes = null;
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS4);
        const response = await fetch(this.at(node2, `${folder}/${name}`), { signal });
        if (response.ok)
          bytes = await readAtMost(response, mostBytes);
        else
          await response.body?.cancel();
      } catch {
      }
      if (bytes !== null)
        yield bytes;
    }
  }
  at(node2, path) {
    return `${node2}/task/${this.places.taskId}/ipfs/${path}`;
  }
};
async function readAtMost(response, mostBytes) {
  if (response.body === null)
    return null;
  const parts2 = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.length;
    if (size > mostBytes)
      return null;
    parts2.push(part);
  }
  return concatBytes(...parts2);
}

// build/orca/task/src/task-status.js
init_define_ORCAPOOL_PINS();
var KEPT_ROUNDS = 8;
var KEPT_PROBLEMS = 20;
var TaskStatus = class {
  clock;
  rounds = /* @__PURE__ */ new Map();
  problems = [];
  /** Being worked in. */
  round = null;
  constructor(clock) {
    this.clock = clock;
  }
  note(round, what) {
    this.rounds.set(round, { ...this.rounds.get(round), ...what });
    for (const old of this.rounds.keys())
      if (old <= round - KEPT_ROUNDS)
        this.rounds.delete(old);
  }
  problem(what) {
    this.problems.push({ atMs: this.clock.nowMs(), what });
    if (this.problems.length > KEPT_PROBLEMS)
      this.problems.shift();
  }
  text() {
    return {
      round: this.round,
      rounds: Object.fromEntries(this.rounds),
      problems: this.problems.map(({ atMs, what }) => ({ at: new Date(atMs).toISOString(), what }))
    };
  }
  /** One line; `sinceMs`: problems from then on are counted. */
  line(sinceMs) {
    const [last] = [...this.rounds.keys()].sort((a, b) => b - a).filter((round) => this.rounds.get(round)?.submission);
    const said = last === void 0 ? "nothing submitted yet" : `submitted ${this.rounds.get(last).submission}`;
    const found = this.problems.filter(({ atMs }) => atMs >= sinceMs);
    const problems = found.length === 0 ? "no problems" : `${found.length} problems, the last: ${found.at(-1).what}`;
    return `round ${this.round ?? "-"}; ${said.slice(0, 60)}; ${problems}`;
  }
};

// build/orca/task/src/run-task.js
var MINUTE_MS2 = 6e4;
async function runTask({ taskId, httpPort }, node2, pins) {
  guardExit(node2);
  const timers = systemTimers;
  const status = new TaskStatus(timers);
  const started = startTask(taskId, node2, pins, status);
  process.on("message", (message2) => {
    void started.then(({ task: task2 }) => callOf(message2, task2)?.());
  });
  const { orca, container, task } = await started;
  const stop = () => {
    task.stop();
    orca.close();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("disconnect", stop);
  await serveRoutes({
    "/status": async () => ({
      ...status.text(),
      container: await container.health().catch((error) => ({ unreachable: errorMessage(error) }))
    }),
    "/taskState": async () => ({ taskState: await node2.taskState({ stakes: true }) })
  }, httpPort);
  timers.every(MINUTE_MS2, () => console.log(status.line(timers.nowMs() - MINUTE_MS2)));
}
async function startTask(taskId, node2, pins, status) {
  const timers = systemTimers;
  const key = await node2.stakingKey();
  const folder = new SharedFolder(await node2.basePath());
  const k2 = new K2Rpc(await node2.rpcUrl());
  const orca = new OrcaClient({ url: pins.orcaUrl, taskId, image: pins.image }, timers);
  const container = new Container(orca, key.taskToken());
  const teller = new RoundTeller(node2, k2, container, key, taskId, pins);
  const storage = new KoiiStorage(pins.storage);
  const task = new PoolTask({ node: node2, key, container, teller, folder, storage, status, timers });
  return { orca, container, task };
}

// build/orca/task/src/main.js
var node = readNodeArguments(process.argv);
var koii = new HttpKoiiNode(new WireClient(node.nodePort, node.taskId, node.secret));
void runTask(node, koii, define_ORCAPOOL_PINS_default);
/*! Bundled license information:

xmlhttprequest-ssl/lib/XMLHttpRequest.js:
  (**
   * Wrapper for built-in http.js to emulate the browser XMLHttpRequest object.
   *
   * This can be used with JS designed for browsers to improve reuse of code and
   * allow the use of existing libraries.
   *
   * Usage: include("XMLHttpRequest.js") and use XMLHttpRequest per W3C specs.
   *
   * @author Dan DeFelippi <dan@driverdan.com>
   * @contributor David Ellis <d.f.ellis@ieee.org>
   * @license MIT
   *)

@scure/base/index.js:
  (*! scure-base - MIT License (c) 2022 Paul Miller (paulmillr.com) *)
*/
