module com.acme.mod { }
