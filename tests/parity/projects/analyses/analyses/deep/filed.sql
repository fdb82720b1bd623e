{{ config(tags=['file'], meta={'f': 1}) }} select 1
