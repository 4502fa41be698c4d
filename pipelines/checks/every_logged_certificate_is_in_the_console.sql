-- Every certificate that the transparency log shows is in the console.
-- warns
select certificate, detail as issuer from snapshot.main.certificate_findings where finding = 'log_only'
