require('./bin/start');
