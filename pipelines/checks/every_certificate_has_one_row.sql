-- The certificates have one row each, and each record that is known at as_of belongs to one of them.
-- blocks
select certificate, count(*) as row_count from snapshot.main.certificates group by certificate having count(*) <> 1
union all
select records.certificate, 0
from records.certificate_records as records
left join snapshot.main.certificates as certificates on records.certificate = certificates.certificate
where certificates.certificate is null
